import { PassThrough } from 'node:stream';
import type { EasemobModuleOptions } from 'nestjs-easemob';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { RawServer } from '../support/raw-server.js';
import { textTo } from '../support/text-message.js';

describe('closing the application', () => {
  let app: EasemobTest;
  let server: RawServer;

  beforeEach(async () => {
    server = await RawServer.start();
  });
  afterEach(async () => {
    await app.stop();
    await server.stop();
  });

  const start = async (options: Partial<EasemobModuleOptions> = {}): Promise<void> => {
    app = await startEasemob({ host: server.url, ...options });
    server.passTo(app.emulator.url);
    await app.messages.sendText(textTo('before'));
  };
  const send = (target: string): Promise<unknown> =>
    app.messages.sendText(textTo(target)).catch((error: unknown) => error);
  const delivered = (): string[] => app.emulator.messages.map(({ target }) => target);

  it('closes the connections that were kept open', async () => {
    await start();
    await Promise.all(['a', 'b', 'c'].map(send));
    expect(server.openConnections).toBeGreaterThan(0);
    await app.moduleRef.close();
    await vi.waitFor(() => expect(server.openConnections).toBe(0));
  });

  it('rejects the calls that wait for their turn, with nothing sent', async () => {
    await start({ rateLimit: { users: { messages: { count: 1, windowMs: 60_000 } }, maxWaitMs: 60_000 } });
    const waiting = ['a', 'b', 'c'].map(send);
    await app.moduleRef.close();
    for (const error of await Promise.all(waiting)) {
      expect(error).toMatchObject({ name: 'EasemobError', kind: 'aborted', sent: 'no', attempts: 0 });
    }
    expect(server.sends).toHaveLength(1);
  });

  it('rejects the calls that wait for another try, with what is known of the tries before', async () => {
    let closed: Promise<void> | undefined;
    await start({
      rateLimit: false,
      retry: {
        unsafeSends: true,
        onRetry: () => {
          closed ??= app.moduleRef.close();
        },
      },
    });
    app.emulator.failNext({ status: 500, headers: { 'retry-after': '50' } }, 1, { path: '/messages' });
    expect(await send('bob')).toMatchObject({ kind: 'aborted', sent: 'maybe', attempts: 1 });
    await closed;
    expect(server.sends).toHaveLength(2);
  });

  it('lets a request under way end well', async () => {
    await start();
    app.emulator.failNext({ delayMs: 100 }, 1, { path: '/messages' });
    const sending = send('bob');
    await vi.waitFor(() => expect(server.sends).toHaveLength(2));
    await app.moduleRef.close();
    expect(await sending).toMatchObject({ outcomes: [{ target: 'bob', status: 'sent' }] });
    expect(delivered()).toEqual(['before', 'bob']);
  });

  it('does not wait longer than the timeout for a request that gets no answer', async () => {
    await start({ http: { timeoutMs: 400 } });
    app.emulator.failNext({ delayMs: 3_600_000 }, 1, { path: '/messages' });
    const sending = send('bob');
    await vi.waitFor(() => expect(server.sends).toHaveLength(2));
    await app.moduleRef.close();
    expect(await sending).toMatchObject({ sent: 'maybe', attempts: 1 });
  });

  it.each<[string, EasemobModuleOptions['rateLimit']]>([
    ['paced', {}],
    ['not paced', false],
  ])('rejects every later call of a module that is %s, with nothing sent', async (_, rateLimit) => {
    await start({ ...(rateLimit !== undefined && { rateLimit }) });
    await app.moduleRef.close();
    expect(await send('late')).toMatchObject({ kind: 'aborted', sent: 'no', retryable: false });
    expect(server.sends).toHaveLength(1);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['send', () => app.messages.send({ ...textTo('late'), msg: { type: 'txt', msg: 'hi' } })],
    ['upload', () => app.files.upload(Buffer.from('x'))],
    ['upload of a source that stalls', () => app.files.upload(new PassThrough())],
    ['download', () => app.files.download('uuid')],
    ['getToken', () => app.tokens.getToken()],
    ['refresh', () => app.tokens.refresh()],
  ])('says that the module is closed to a later %s', async (_, call) => {
    await start();
    await app.moduleRef.close();
    const requests = app.emulator.requests.length;
    await expect(call()).rejects.toMatchObject({
      name: 'EasemobError',
      kind: 'aborted',
      sent: 'no',
      attempts: 0,
      retryable: false,
      message: 'The module is closed. Nothing was sent.',
    });
    expect(app.emulator.requests).toHaveLength(requests);
  });

  it('closes a module that never sent anything', async () => {
    app = await startEasemob({ host: server.url });
    await app.moduleRef.close();
    expect(server.connections).toBe(0);
  });
});
