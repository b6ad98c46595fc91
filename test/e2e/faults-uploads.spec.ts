import type { EmulatorFault } from 'nestjs-easemob/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';

describe('an upload, which may be repeated without harm', () => {
  let app: EasemobTest;
  beforeEach(async () => {
    app = await startEasemob({ rateLimit: false, retry: { attempts: 3, minDelayMs: 1, maxDelayMs: 5 } });
    await app.tokens.getToken();
  });
  afterEach(() => app.stop());

  const uploads = () => app.emulator.requests.filter(({ path }) => path.endsWith('/chatfiles'));

  it.each<[string, EmulatorFault]>([
    ['500', { status: 500 }],
    ['502', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['503', { status: 503 }],
    ['504', { status: 504 }],
    ['408', { status: 408 }],
    ['429', { status: 429 }],
    ['an empty 200', { status: 200, body: '' }],
    ['garbage', { garbage: true }],
    ['a reset before it was taken', { reset: 'before' }],
    ['a reset after it was taken', { reset: 'after' }],
    ['an answer cut short', { truncate: true }],
  ])('is made again after %s, with the same bytes', async (_, fault) => {
    app.emulator.failNext(fault, 2, { path: '/chatfiles' });
    await expect(app.files.upload(Buffer.from('content'))).resolves.toMatchObject({ filename: 'file' });
    const bodies = uploads().map(({ rawBody }) => rawBody.toString('latin1'));
    expect(bodies).toHaveLength(3);
    expect(new Set(bodies).size).toBe(1);
  });

  it.each<[number, string]>([
    [400, 'validation'],
    [404, 'not-found'],
    [413, 'too-large'],
    [415, 'unsupported'],
  ])('is not made again after %i', async (status, kind) => {
    app.emulator.failNext({ status }, 9, { path: '/chatfiles' });
    await expect(app.files.upload(Buffer.from('content'))).rejects.toMatchObject({
      kind,
      sent: 'no',
      attempts: 1,
    });
    expect(uploads()).toHaveLength(1);
  });

  it('that fails to the end says that it may have been taken', async () => {
    app.emulator.failNext({ reset: 'after' }, 3, { path: '/chatfiles' });
    await expect(app.files.upload(Buffer.from('content'))).rejects.toMatchObject({
      kind: 'network',
      sent: 'maybe',
      attempts: 3,
    });
  });
});
