import { getEventListeners, once } from 'node:events';
import { Readable } from 'node:stream';
import type { EasemobModuleOptions } from 'nestjs-easemob';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { incompressible } from '../support/incompressible.js';
import { textTo } from '../support/text-message.js';
import { userIds } from '../support/user-ids.js';

const HOURS = { delayMs: 3_600_000 };

describe('a signal', () => {
  let app: EasemobTest;
  let controller: AbortController;
  let signal: AbortSignal;

  beforeEach(() => {
    controller = new AbortController();
    ({ signal } = controller);
  });
  afterEach(async () => {
    // Ends the requests that hang, so that the module need not wait for them.
    await app.emulator.stop();
    await app.stop();
  });

  const start = async (options: Partial<EasemobModuleOptions> = {}): Promise<void> => {
    app = await startEasemob(options);
  };
  const arrived = (count: number) => vi.waitFor(() => expect(app.emulator.requests).toHaveLength(count));
  const paths = (): string[] => app.emulator.requests.map(({ path }) => path.split('/').slice(3).join('/'));
  const send = () => app.messages.sendText(textTo('bob'), { signal }).catch((error: unknown) => error);
  const expectNoListeners = (): void => expect(getEventListeners(signal, 'abort')).toEqual([]);

  it('that was aborted before the call prevents the request', async () => {
    await start();
    await app.tokens.getToken();
    controller.abort();
    await expect(app.messages.sendText(textTo('bob'), { signal })).rejects.toMatchObject({
      kind: 'aborted',
      sent: 'no',
      retryable: false,
    });
    expect(paths()).toEqual(['token']);
    expectNoListeners();
  });

  it('ends the wait for a token, with nothing sent', async () => {
    await start();
    app.emulator.failNext(HOURS, 1, { path: '/token' });
    const sending = app.messages.sendText(textTo('bob'), { signal });
    await arrived(1);
    controller.abort();
    await expect(sending).rejects.toMatchObject({ kind: 'aborted', sent: 'no', attempts: 0 });
    expectNoListeners();
  });

  it('ends the wait for a permit, with nothing sent, and the next call in the queue gets the permit', async () => {
    await start({ rateLimit: { users: { messages: { count: 1, windowMs: 500 } } } });
    await app.messages.sendText(textTo('first'));
    const sending = app.messages.sendText(textTo('bob'), { signal });
    const next = app.messages.sendText(textTo('carol'));
    await vi.waitFor(() => expect(getEventListeners(signal, 'abort')).toHaveLength(1));
    controller.abort();
    await expect(sending).rejects.toMatchObject({ kind: 'aborted', sent: 'no', attempts: 0 });
    expectNoListeners();
    await next;
    expect(app.delivered()).toEqual(['first', 'carol']);
  });

  it('ends the wait for the next attempt, and reports whether an earlier attempt may have sent the message', async () => {
    let onRetry: (() => void) | undefined;
    const retried = new Promise<void>((resolve) => {
      onRetry = resolve;
    });
    await start({ rateLimit: false, retry: { onRetry: () => onRetry?.() } });
    app.failSends({ status: 503, headers: { 'retry-after': '50' } }, 9);
    const sending = app.messages.sendText(textTo('bob'), { signal });
    await retried;
    setImmediate(() => controller.abort());
    await expect(sending).rejects.toMatchObject({ kind: 'aborted', sent: 'no', attempts: 1 });
    expect(paths()).toEqual(['token', 'messages']);
    expectNoListeners();
  });

  it('ends the wait for a connection, with nothing sent', async () => {
    await start({ rateLimit: false, http: { connections: 1 } });
    await app.tokens.getToken();
    app.failSends(HOURS);
    const first = app.messages.sendText(textTo('first')).catch((error: unknown) => error);
    await arrived(2);
    const sending = app.messages.sendText(textTo('bob'), { signal });
    await vi.waitFor(() => expect(getEventListeners(signal, 'abort')).toHaveLength(1));
    controller.abort();
    await expect(sending).rejects.toMatchObject({ kind: 'aborted', sent: 'no' });
    expectNoListeners();
    await app.emulator.stop();
    expect(await first).toMatchObject({ kind: 'network', sent: 'maybe' });
    expect(paths()).toEqual(['token', 'messages']);
  });

  it('ends a request in flight, which Easemob may have accepted', async () => {
    await start();
    app.failSends(HOURS);
    const sending = app.messages.sendText(textTo('bob'), { signal });
    await arrived(2);
    controller.abort();
    await expect(sending).rejects.toMatchObject({ kind: 'aborted', sent: 'maybe', attempts: 1 });
    expectNoListeners();
    await app.messages.sendText(textTo('after'));
    expect(app.delivered()).toEqual(['after']);
  });

  it('ends a response in flight', async () => {
    await start();
    app.failSends({ slowBodyMs: 3_600_000 });
    const sending = app.messages.sendText(textTo('bob'), { signal });
    await vi.waitFor(() => expect(app.emulator.messages).toHaveLength(1));
    controller.abort();
    await expect(sending).rejects.toMatchObject({ kind: 'aborted', sent: 'maybe' });
    expectNoListeners();
  });

  it('ends an upload', async () => {
    await start();
    app.emulator.failNext(HOURS, 1, { path: '/chatfiles' });
    const uploading = app.files.upload(Buffer.from('content'), { signal });
    await arrived(2);
    controller.abort();
    await expect(uploading).rejects.toMatchObject({ kind: 'aborted', sent: 'maybe', attempts: 1 });
    expectNoListeners();
  });

  it('ends the reading of a source that provides nothing, and destroys the source', async () => {
    await start();
    const source = new Readable({ read: () => undefined });
    const uploading = app.files.upload(source, { signal });
    controller.abort();
    await expect(uploading).rejects.toMatchObject({ kind: 'aborted', sent: 'no', attempts: 0 });
    expect(source.destroyed).toBe(true);
    expect(app.emulator.requests).toEqual([]);
    expectNoListeners();
  });

  it('ends a download before its first byte', async () => {
    await start();
    const { uuid } = await app.files.upload(Buffer.from('content'));
    app.emulator.failNext(HOURS, 1, { path: '/chatfiles', method: 'GET' });
    const downloading = app.files.download(uuid, { signal });
    await arrived(3);
    controller.abort();
    await expect(downloading).rejects.toMatchObject({ kind: 'aborted', attempts: 1 });
    expectNoListeners();
  });

  it('ends a download in the middle of its stream', async () => {
    await start();
    const { uuid } = await app.files.upload(Buffer.alloc(100_000, 'x'));
    app.emulator.failNext({ slowBodyMs: 3_600_000 }, 1, { path: '/chatfiles', method: 'GET' });
    const stream = await app.files.download(uuid, { signal });
    const failed = once(stream, 'error');
    stream.resume();
    controller.abort();
    expect(await failed).toMatchObject([{ message: 'the signal was aborted' }]);
    expectNoListeners();
  });

  it('has no listener left when a download is read to its end, and when it is destroyed', async () => {
    await start();
    const { uuid } = await app.files.upload(Buffer.from('content'));
    const stream = await app.files.download(uuid, { signal });
    await stream.toArray();
    expectNoListeners();
    const dropped = await app.files.download(uuid, { signal });
    dropped.destroy();
    await vi.waitFor(expectNoListeners);
  });

  it('has no listener left when a compressed download is destroyed', async () => {
    await start();
    const { uuid } = await app.files.upload(incompressible(5_000_000));
    app.emulator.failNext({ gzip: true }, 1, { path: '/chatfiles', method: 'GET' });
    const dropped = await app.files.download(uuid, { signal });
    dropped.destroy();
    await vi.waitFor(expectNoListeners);
  });

  it('ends a compressed download', async () => {
    await start();
    const { uuid } = await app.files.upload(incompressible(5_000_000));
    app.emulator.failNext({ gzip: true }, 1, { path: '/chatfiles', method: 'GET' });
    const stream = await app.files.download(uuid, { signal });
    const failed = once(stream, 'error');
    controller.abort();
    expect(await failed).toMatchObject([{ message: 'the signal was aborted' }]);
    expectNoListeners();
  });

  it('has no listener left after a call, however the call ends', async () => {
    await start({ rateLimit: false, http: { timeoutMs: 400 } });
    await send();
    for (const fault of [
      { status: 503 },
      { status: 401 },
      { status: 500 },
      { reset: 'after' as const },
      { garbage: true as const },
      HOURS,
    ]) {
      app.failSends(fault);
      // oxlint-disable-next-line no-await-in-loop -- each call after the one before
      await send();
      expectNoListeners();
    }
  });

  it('may be shared by many calls without a warning from Node.js', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning);
    process.on('warning', onWarning);
    await start({ rateLimit: { users: { messages: { count: 30, windowMs: 200 } } } });
    app.failSends({ status: 503 }, 30);
    await Promise.all(userIds(60).map((target) => app.messages.sendText(textTo(target), { signal })));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
    expectNoListeners();
  });
});
