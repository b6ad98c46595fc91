import { buffer } from 'node:stream/consumers';
import type { EasemobModuleOptions } from 'nestjs-easemob';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';

let app: EasemobTest;
afterEach(() => app.stop());

/** Empties an object that was handed over, deeply. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    spoil(Reflect.get(value, key));
    Reflect.deleteProperty(value, key);
  }
  if (Array.isArray(value)) value.length = 0;
}

describe.each<[string, Partial<EasemobModuleOptions>]>([
  ['legacy', { api: 'legacy' }],
  ['legacy without validation', { api: 'legacy', validate: false }],
  ['current', { api: 'current' }],
])('on the %s API, a send', (_, options) => {
  beforeEach(async () => {
    app = await startEasemob(options);
  });

  it.each(['send', 'sendText'] as const)('by %s is of the message as it was at the call', async (method) => {
    const message = {
      target_type: 'users' as const,
      target: ['alice', 'bob'],
      msg: { type: 'txt' as const, msg: 'hi' },
      ext: { order: { items: [1, 2] } },
    };
    const sending = app.messages[method](message);
    spoil(message);
    const { outcomes } = await sending;
    expect(outcomes).toMatchObject([
      { target: 'alice', status: 'sent' },
      { target: 'bob', status: 'sent' },
    ]);
    expect(app.emulator.messages).toMatchObject([
      { target: 'alice', body: { msg: 'hi' }, ext: { order: { items: [1, 2] } } },
      { target: 'bob' },
    ]);
  });

  it('has the options as they were at the call', async () => {
    const gone = new AbortController();
    const given = { useMsgId: false, signal: new AbortController().signal };
    const sending = app.messages.sendText(
      { target_type: 'users', target: ['bob'], msg: { msg: 'hi' } },
      given,
    );
    given.useMsgId = true;
    given.signal = gone.signal;
    gone.abort();
    await sending;
    expect(app.calls()).toHaveLength(1);
    expect(app.calls()[0]?.query).not.toHaveProperty('useMsgId');
  });
});

describe('an upload', () => {
  beforeEach(async () => {
    app = await startEasemob();
  });

  it('is of the bytes as they were at the call', async () => {
    const bytes = Buffer.from('before');
    const uploading = app.files.upload(bytes);
    bytes.fill('x');
    await uploading;
    expect(app.emulator.files[0]?.bytes.toString()).toBe('before');
  });

  it('has the options as they were at the call', async () => {
    const gone = new AbortController();
    gone.abort();
    const thumbnail = { width: 200, height: 120 };
    const options = {
      filename: 'a.png',
      contentType: 'image/png',
      restrictAccess: false,
      thumbnail,
      signal: new AbortController().signal,
    };
    const uploading = app.files.upload(new Blob(['x']), options);
    Object.assign(options, {
      filename: 'b',
      contentType: 'b/b',
      restrictAccess: true,
      thumbnail: undefined,
      signal: gone.signal,
    });
    Object.assign(thumbnail, { width: -1, height: -1 });
    await uploading;
    expect(app.emulator.files).toMatchObject([
      { filename: 'a.png', contentType: 'image/png', thumbnail: { width: 200, height: 120 } },
    ]);
    expect(app.calls()[0]?.headers).not.toHaveProperty('restrict-access');
  });
});

it('a download has the options as they were at the call', async () => {
  app = await startEasemob();
  const gone = new AbortController();
  gone.abort();
  const { uuid, secret = '' } = await app.files.upload(Buffer.from('x'), { restrictAccess: true });
  app.tokens.invalidate(await app.tokens.getToken());
  const options = { secret, thumbnail: false, signal: new AbortController().signal };
  const downloading = app.files.download(uuid, options);
  Object.assign(options, { secret: 'wrong', thumbnail: true, signal: gone.signal });
  expect((await buffer(await downloading)).toString()).toBe('x');
});
