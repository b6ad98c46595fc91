import type { EasemobModuleOptions, Message, MessageType } from 'nestjs-easemob';
import { afterEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { MESSAGE_BODIES } from '../support/message-bodies.js';
import { textTo } from '../support/text-message.js';
import { userIds } from '../support/user-ids.js';

const KB = 1024;
const UNLIMITED = { rateLimit: false } as const;
const UNLIMITED_EMULATOR = { limits: { rate: false } } as const;

/** Puts a text of any length into the content of each type. */
const FILLED: Readonly<Record<MessageType, (text: string) => object>> = {
  txt: (msg) => ({ msg }),
  img: (filename) => ({ filename }),
  audio: (filename) => ({ filename }),
  video: (filename) => ({ filename }),
  file: (filename) => ({ filename }),
  loc: (addr) => ({ addr }),
  cmd: (action) => ({ action }),
  custom: (note) => ({ customExts: { note } }),
};
const TYPES = Object.keys(FILLED) as MessageType[];

type Measure = (message: Message) => number;
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const wholeRequest: Measure = bytesOf;
const msgWithExt: Measure = ({ msg, ext }) => bytesOf(msg) + bytesOf(ext);
const bodyWithExt: Measure = ({ msg: { type: _type, ...body }, ext }) => bytesOf(body) + bytesOf(ext);

/** Text whose bytes are not its characters: three and four bytes in UTF-8, two and six as JSON escapes. */
const UNITS = ['汉', '😀', '"', '\n', '\u0001', 'a'];

/** A message that measures exactly so many bytes: as much mixed text as fits, then plain letters. */
function messageOf(
  type: MessageType,
  measure: Measure,
  bytes: number,
  target: readonly string[] = ['bob'],
): Message {
  const build = (filler: string): Message =>
    ({
      target_type: 'users',
      target,
      msg: { type, ...MESSAGE_BODIES[type], ...FILLED[type](filler) },
      ext: { note: '扩展' },
    }) as unknown as Message;
  const room = bytes - measure(build(''));
  const unit = UNITS.join('');
  const text = unit.repeat(Math.floor(room / (bytesOf(unit) - 2)));
  const message = build(text + 'x'.repeat(bytes - measure(build(text))));
  expect(measure(message)).toBe(bytes);
  return message;
}

/** User IDs of this length, which fill a request without filling its message. */
const longUserIds = (count: number, length: number): string[] =>
  userIds(count).map((id) => id.padEnd(length, '_'));

interface Limit {
  readonly what: string;
  readonly options: Partial<EasemobModuleOptions>;
  readonly type: MessageType;
  readonly measure: Measure;
  readonly bytes: number;
  readonly target?: readonly string[];
  readonly path: string;
  /** How Easemob refuses one byte more. */
  readonly refusal: object;
}

const LIMITS: readonly Limit[] = [
  {
    what: 'msg and ext',
    options: {},
    type: 'txt',
    measure: msgWithExt,
    bytes: 40 * KB,
    path: 'msg',
    refusal: { status: 400, error: 'illegal_argument', description: 'message is too large' },
  },
  {
    what: 'msg and ext',
    options: {},
    type: 'loc',
    measure: msgWithExt,
    bytes: 4 * KB,
    path: 'msg',
    refusal: { status: 400, error: 'illegal_argument', description: 'message is too large' },
  },
  {
    what: 'the whole request',
    options: {},
    type: 'txt',
    measure: wholeRequest,
    bytes: 50 * KB,
    target: longUserIds(600, 24),
    path: '',
    refusal: { status: 413, error: '', description: '' },
  },
  ...TYPES.filter((type) => type !== 'txt').map((type) => ({
    what: 'the whole request',
    options: {},
    type,
    measure: wholeRequest,
    bytes: 5 * KB,
    target: longUserIds(100, 16),
    path: '',
    refusal: { status: 413, error: '', description: '' },
  })),
  ...TYPES.map((type) => ({
    what: 'body and ext',
    options: { api: 'current' as const },
    type,
    measure: bodyWithExt,
    bytes: 5 * KB,
    path: 'msg',
    refusal: {
      status: 400,
      error: 'message_send_error',
      errorCode: 14_007,
      description: 'message is too large',
    },
  })),
];

const hello = (extra: object = {}): Message => ({ ...textTo('alice', 'bob', 'carol'), ...extra });

let app: EasemobTest;
afterEach(() => app.stop());

describe.each(LIMITS)('$what of a $type message: $bytes bytes', (limit) => {
  const { options, type, measure, bytes, target, path, refusal } = limit;

  it('are accepted by Easemob', async () => {
    app = await startEasemob({ ...UNLIMITED, ...options }, UNLIMITED_EMULATOR);
    const message = messageOf(type, measure, bytes, target);
    const { outcomes } = await app.messages.send(message);
    expect(outcomes.every(({ status }) => status === 'sent')).toBe(true);
    const [request] = app.calls();
    expect(JSON.stringify(request?.body)).toBe(request?.rawBody.toString('utf8'));
    if (measure === wholeRequest) expect(request?.rawBody).toHaveLength(bytes);
  });

  it('and one more are refused before the network', async () => {
    app = await startEasemob({ ...UNLIMITED, ...options }, UNLIMITED_EMULATOR);
    await expect(app.messages.send(messageOf(type, measure, bytes + 1, target))).rejects.toMatchObject({
      name: 'EasemobValidationError',
      kind: 'too-large',
      sent: 'no',
      attempts: 0,
      violations: [
        {
          path,
          message: expect.stringContaining(`has ${bytes + 1} bytes and ${bytes} are allowed`) as string,
        },
      ],
    });
    expect(app.emulator.requests).toEqual([]);
  });

  it('and one more are refused by Easemob without local validation', async () => {
    app = await startEasemob({ ...UNLIMITED, ...options, validate: false }, UNLIMITED_EMULATOR);
    await expect(app.messages.send(messageOf(type, measure, bytes + 1, target))).rejects.toMatchObject({
      name: 'EasemobApiError',
      kind: 'too-large',
      sent: 'no',
      ...refusal,
    });
    expect(app.emulator.messages).toEqual([]);
  });
});

describe.each([
  ['legacy', 'users', 600],
  ['legacy', 'chatgroups', 600],
  ['legacy', 'chatrooms', 600],
  ['current', 'users', 600],
  ['current', 'chatgroups', 3],
  ['current', 'chatrooms', 10],
] as const)('on the %s API, %s', (api, target_type, most) => {
  const to = (count: number): Message => ({ ...textTo(...longUserIds(count, 8)), target_type });

  it(`accept ${most} targets and not one more`, async () => {
    app = await startEasemob({ ...UNLIMITED, api }, UNLIMITED_EMULATOR);
    expect((await app.messages.send(to(most))).outcomes).toHaveLength(most);
    expect(app.emulator.messages).toHaveLength(most);
    app.emulator.reset();
    await expect(app.messages.send(to(most + 1))).rejects.toMatchObject({
      name: 'EasemobValidationError',
      kind: 'validation',
      violations: [
        {
          path: 'target',
          message: `target has ${most + 1} ${target_type} and one request takes ${most}; split it, or raise limits.targets.${target_type} if your plan allows more.`,
        },
      ],
    });
    expect(app.emulator.requests).toEqual([]);
  });

  it(`are refused beyond ${most} by Easemob too`, async () => {
    app = await startEasemob({ ...UNLIMITED, api, validate: false }, UNLIMITED_EMULATOR);
    await expect(app.messages.send(to(most + 1))).rejects.toMatchObject({
      kind: 'validation',
      status: 400,
      description: expect.stringContaining(`size can't exceed limit ${most}`) as string,
    });
  });
});

describe('the limits', () => {
  it.each<[string, EasemobModuleOptions['limits'], string[]]>([
    ['targets', { targets: { users: 2 } }, ['target']],
    ['targets of another target_type', { targets: { chatgroups: 2 } }, []],
    ['bytes of every request', { requestBytes: 50 }, ['']],
    ['bytes of this type', { requestBytes: { txt: 50 } }, ['']],
    ['bytes of another type', { requestBytes: { img: 50 } }, []],
    ['bytes of msg and ext', { messageBytes: 20 }, ['msg']],
    [
      'everything',
      { targets: { users: 1 }, messageBytes: { txt: 1 }, requestBytes: 1 },
      ['target', 'msg', ''],
    ],
  ])('can be lowered: %s', async (_, limits, paths) => {
    app = await startEasemob({ limits: { ...limits } });
    const sending = app.messages.send(hello());
    if (paths.length === 0) expect((await sending).outcomes).toHaveLength(3);
    else {
      await expect(sending).rejects.toMatchObject({
        name: 'EasemobValidationError',
        violations: paths.map((path) => ({ path })),
      });
    }
    expect(app.calls()).toHaveLength(paths.length === 0 ? 1 : 0);
  });

  it('can be raised if the plan allows more', async () => {
    const limits = {
      targets: { users: 700 },
      requestBytes: { txt: 100 * KB },
      messageBytes: { txt: 90 * KB },
    };
    app = await startEasemob({ ...UNLIMITED, limits }, { limits: { ...limits, rate: false } });
    await app.messages.send(
      hello({ target: longUserIds(700, 10), msg: { type: 'txt', msg: 'x'.repeat(80 * KB) } }),
    );
    expect(app.emulator.messages).toHaveLength(700);
  });

  it('are lifted by Infinity, and Easemob refuses the message', async () => {
    app = await startEasemob(
      {
        ...UNLIMITED,
        limits: { targets: { users: Infinity }, requestBytes: Infinity, messageBytes: Infinity },
      },
      UNLIMITED_EMULATOR,
    );
    await expect(app.messages.send(hello({ target: longUserIds(601, 8) }))).rejects.toMatchObject({
      status: 400,
    });
    await expect(
      app.messages.send(hello({ msg: { type: 'txt', msg: 'x'.repeat(60 * KB) } })),
    ).rejects.toMatchObject({ kind: 'too-large', status: 413, sent: 'no' });
    expect(app.calls().map(({ status }) => status)).toEqual([400, 413]);
  });
});
