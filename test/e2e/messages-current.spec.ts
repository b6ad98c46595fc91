import { plainToInstance } from 'class-transformer';
import { type Message, MessageDto } from 'nestjs-easemob';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentedRequests } from '../support/document.js';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { MESSAGE_BODIES } from '../support/message-bodies.js';
import { registrations } from '../support/registrations.js';

const RESOURCE = '/easemob-demo/testapp/messages';
const toBob = { target_type: 'users', target: ['bob'], from: 'alice' } as const;
const textToBob = { ...toBob, msg: { type: 'txt', msg: 'hi' } } as const;

/** The optional fields of a message to a chat group. */
const GROUP_FIELDS = {
  need_group_ack: false,
  roam_ignore_users: ['carol'],
  sync_device: true,
  routetype: 'ROUTE_ONLINE',
  env: 'test1',
  ext: { orderId: 'A-77', em_force_notification: true },
} as const;

type Example = readonly [name: string, message: Message, route: string, body: object];

const TYPES: readonly Example[] = Object.entries(MESSAGE_BODIES).map(([type, body]) => [
  type,
  { ...toBob, msg: { type, ...body } } as unknown as Message,
  'users',
  { from: 'alice', to: ['bob'], type, body },
]);

/** Messages, and the request that the current API documents for each. */
const EXAMPLES: readonly Example[] = [
  ...TYPES,
  [
    'loc with coordinates that are numbers',
    { ...toBob, msg: { type: 'loc', lat: '31.2304', lng: 121.4737, addr: 'Warehouse 3' } },
    'users',
    {
      from: 'alice',
      to: ['bob'],
      type: 'loc',
      body: { lat: '31.2304', lng: '121.4737', addr: 'Warehouse 3' },
    },
  ],
  [
    'custom with a property that is a number',
    { ...toBob, msg: { type: 'custom', customEvent: 'coupon_v1', customExts: { code: 'SPRING', off: 10 } } },
    'users',
    {
      from: 'alice',
      to: ['bob'],
      type: 'custom',
      body: { customEvent: 'coupon_v1', customExts: { code: 'SPRING', off: '10' } },
    },
  ],
  [
    'txt to a chat group',
    {
      target_type: 'chatgroups',
      target: ['268400000000001'],
      from: 'alice',
      msg: { type: 'txt', msg: 'hi all' },
      ...GROUP_FIELDS,
    },
    'chatgroups',
    {
      from: 'alice',
      to: ['268400000000001'],
      type: 'txt',
      body: { msg: 'hi all' },
      ...GROUP_FIELDS,
    },
  ],
  [
    'txt to a chat room',
    {
      target_type: 'chatrooms',
      target: ['268400000000002'],
      from: 'alice',
      msg: { type: 'txt', msg: 'sale starts' },
      chatroom_msg_level: 'high',
    },
    'chatrooms',
    {
      from: 'alice',
      to: ['268400000000002'],
      type: 'txt',
      chatroom_msg_level: 'high',
      body: { msg: 'sale starts' },
    },
  ],
];

let app: EasemobTest;
afterEach(() => app.stop());

describe.each(registrations)('with $name, the current API', (registration) => {
  beforeEach(async () => {
    app = await startEasemob({ api: 'current' }, {}, registration);
  });

  it.each(EXAMPLES)('gets the documented request: %s', async (_, message, route, body) => {
    const { outcomes, response } = await app.messages.send(message);
    const [request, ...others] = app.calls();
    expect(others).toEqual([]);
    expect(request).toMatchObject({ method: 'POST', path: `${RESOURCE}/${route}`, status: 200 });
    expect(request?.query).toEqual({});
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${await app.tokens.getToken()}`,
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(request?.body).toEqual(body);
    expect(response.path).toBe(`/messages/${route}`);
    expect(outcomes).toEqual([
      { target: message.target[0], status: 'sent', messageId: app.emulator.messages[0]?.id },
    ]);
  });
});

describe('the current API', () => {
  beforeEach(async () => {
    app = await startEasemob({ api: 'current' });
  });

  it.each(documentedRequests)('accepts an example of the send-message document: $name', async ({ json }) => {
    const message = JSON.parse(json) as Message;
    const { target, target_type, msg, ...others } = message;
    const { type, ...body } = msg;
    for (const each of [message, plainToInstance(MessageDto, message)]) {
      // oxlint-disable-next-line no-await-in-loop -- one request after the other
      await app.messages.send(each, { useMsgId: false });
    }
    const expected = {
      path: `${RESOURCE}/${target_type}`,
      query: {},
      body: { to: target, type, body, ...others },
    };
    expect(
      app.calls().map(({ path, query, body: arrived }) => ({ path, query: { ...query }, body: arrived })),
    ).toEqual([expected, expected]);
  });

  it('returns message IDs, with any value of useMsgId', async () => {
    const { outcomes } = await app.messages.send(textToBob, { useMsgId: false });
    expect(outcomes[0]?.messageId).toBe(app.emulator.messages[0]?.id);
    expect(outcomes[0]?.messageId).toMatch(/^\d{19}$/);
  });

  it('gets the result of an upload without its uuid', async () => {
    const uploaded = await app.files.upload(Buffer.from('bytes'), { filename: 'box.jpg' });
    app.emulator.reset();
    await app.messages.sendImage({ ...toBob, msg: { ...uploaded, size: { width: 1, height: 2 } } });
    expect(app.calls()[0]?.body).toEqual({
      from: 'alice',
      to: ['bob'],
      type: 'img',
      body: { url: uploaded.url, filename: 'box.jpg', size: { width: 1, height: 2 } },
    });
  });

  it.each([
    ['sync_device', true, 'chatrooms'],
    ['routetype', 'ROUTE_ONLINE', 'chatrooms'],
    ['need_group_ack', true, 'users'],
    ['need_group_ack', true, 'chatrooms'],
    ['chatroom_msg_level', 'high', 'users'],
    ['chatroom_msg_level', 'high', 'chatgroups'],
  ] as const)('is not sent %s: %j with %s', async (field, value, target_type) => {
    const fields = { target_type, target: ['1'], msg: { type: 'txt', msg: 'hi' } } as const;
    await expect(app.messages.send({ ...fields, [field]: value })).rejects.toMatchObject({
      name: 'EasemobValidationError',
      kind: 'validation',
      violations: [{ path: field, message: expect.stringContaining(target_type) as string }],
    });
    expect(app.emulator.requests).toEqual([]);
  });

  it('is not confused by an ext with the names of its own fields', async () => {
    await app.messages.send({ ...textToBob, ext: { to: 'x', type: 'y', body: 'z' } });
    expect(app.calls()[0]?.rawBody.toString('utf8')).toBe(
      '{"to":["bob"],"type":"txt","body":{"msg":"hi"},"from":"alice","ext":{"to":"x","type":"y","body":"z"}}',
    );
  });
});

describe('the current API without validation', () => {
  beforeEach(async () => {
    app = await startEasemob({ api: 'current', validate: false });
  });

  it.each<[string, object, object]>([
    [
      'an empty from',
      { from: '' },
      { error: 'message_send_error', errorCode: 14001, description: "param from can't be empty" },
    ],
    [
      'no target',
      { target: undefined },
      { error: 'message_send_error', errorCode: 14002, description: "param to can't be empty" },
    ],
    ['no msg', { msg: undefined }, { error: 'message_send_error', description: "param type can't be empty" }],
    [
      'ext: null',
      { ext: null },
      { error: 'message_send_error', description: 'param ext must be JSONObject' },
    ],
    ['a wrong type', { msg: { type: 'text', msg: 'hi' } }, { error: 'invalid_request_body' }],
    ['no content', { msg: { type: 'txt' } }, { error: 'message_send_error', errorCode: 14005 }],
  ])('refuses %s', async (_, change, refusal) => {
    const message = { ...textToBob, ...change } as Message;
    await expect(app.messages.send(message)).rejects.toMatchObject({
      name: 'EasemobApiError',
      kind: 'validation',
      status: 400,
      sent: 'no',
      attempts: 1,
      ...refusal,
    });
    expect(app.calls().map(({ status }) => status)).toEqual([400]);
  });

  it('has no route for an unknown target_type, and nothing is sent to users instead', async () => {
    const message = { ...textToBob, target_type: '../token' } as unknown as Message;
    const refusal = { kind: 'unsupported', status: 500, error: 'web_application', sent: 'no' };
    await expect(app.messages.send(message)).rejects.toMatchObject(refusal);
    expect(app.calls().map(({ path }) => path)).toEqual([`${RESOURCE}/..%2Ftoken`]);
  });
});
