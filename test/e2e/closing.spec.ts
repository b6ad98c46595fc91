import { PassThrough } from 'node:stream';
import type { EasemobModuleOptions } from 'nestjs-easemob';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type EasemobBehindServer, startEasemobBehindServer } from '../support/easemob-behind-server.js';
import { textTo } from '../support/text-message.js';

describe('closing the application', () => {
  let app: EasemobBehindServer;
  afterEach(() => app.stop());

  const start = async (options: Partial<EasemobModuleOptions> = {}): Promise<void> => {
    app = await startEasemobBehindServer(options);
    await app.messages.sendText(textTo('before'));
  };
  const send = (target: string): Promise<unknown> =>
    app.messages.sendText(textTo(target)).catch((error: unknown) => error);

  it('closes the connections that were kept alive', async () => {
    await start();
    await Promise.all(['a', 'b', 'c'].map(send));
    expect(app.server.openConnections).toBeGreaterThan(0);
    await app.moduleRef.close();
    await vi.waitFor(() => expect(app.server.openConnections).toBe(0));
  });

  it('rejects the calls that wait for a permit, with nothing sent', async () => {
    await start({ rateLimit: { users: { messages: { count: 1, windowMs: 60_000 } }, maxWaitMs: 60_000 } });
    const waiting = ['a', 'b', 'c'].map(send);
    await app.moduleRef.close();
    for (const error of await Promise.all(waiting)) {
      expect(error).toMatchObject({ name: 'EasemobError', kind: 'aborted', sent: 'no', attempts: 0 });
    }
    expect(app.server.sends).toHaveLength(1);
  });

  it('rejects the calls that wait for their next attempt, and reports whether an earlier attempt may have sent the message', async () => {
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
    app.failSends({ status: 500, headers: { 'retry-after': '50' } });
    expect(await send('bob')).toMatchObject({ kind: 'aborted', sent: 'maybe', attempts: 1 });
    await closed;
    expect(app.server.sends).toHaveLength(2);
  });

  it('lets a request that is in flight complete', async () => {
    await start();
    app.failSends({ delayMs: 100 });
    const sending = send('bob');
    await vi.waitFor(() => expect(app.server.sends).toHaveLength(2));
    await app.moduleRef.close();
    expect(await sending).toMatchObject({ outcomes: [{ target: 'bob', status: 'sent' }] });
    expect(app.delivered()).toEqual(['before', 'bob']);
  });

  it('waits no longer than the timeout for a request that gets no response', async () => {
    await start({ http: { timeoutMs: 400 } });
    app.failSends({ delayMs: 3_600_000 });
    const sending = send('bob');
    await vi.waitFor(() => expect(app.server.sends).toHaveLength(2));
    await app.moduleRef.close();
    expect(await sending).toMatchObject({ sent: 'maybe', attempts: 1 });
  });

  it.each<[string, EasemobModuleOptions['rateLimit']]>([
    ['with a rate limit', {}],
    ['without a rate limit', false],
  ])('rejects every later call of a module %s, with nothing sent', async (_, rateLimit) => {
    await start({ ...(rateLimit !== undefined && { rateLimit }) });
    await app.moduleRef.close();
    expect(await send('late')).toMatchObject({ kind: 'aborted', sent: 'no', retryable: false });
    expect(app.server.sends).toHaveLength(1);
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
    app = await startEasemobBehindServer();
    await app.moduleRef.close();
    expect(app.server.connections).toBe(0);
  });
});
