import { randomBytes } from 'node:crypto';
import { getEventListeners, once } from 'node:events';
import { Readable } from 'node:stream';
import type { EasemobModuleOptions } from 'nestjs-easemob';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { textTo } from '../support/text-message.js';

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
    // What hangs is answered by the end of the connection; the module need not wait for it.
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

  it('that has fired already lets nothing out', async () => {
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

  it('ends the wait for a turn, with nothing sent, and the next in line goes on', async () => {
    await start({ rateLimit: { users: { messages: { count: 1, windowMs: 500 } } } });
    await app.messages.sendText(textTo('first'));
    const sending = app.messages.sendText(textTo('bob'), { signal });
    const next = app.messages.sendText(textTo('carol'));
    await vi.waitFor(() => expect(getEventListeners(signal, 'abort')).toHaveLength(1));
    controller.abort();
    await expect(sending).rejects.toMatchObject({ kind: 'aborted', sent: 'no', attempts: 0 });
    expectNoListeners();
    await next;
    expect(app.emulator.messages.map(({ target }) => target)).toEqual(['first', 'carol']);
  });

  it('ends the wait for another try, with what is known of the tries before', async () => {
    let onRetry: (() => void) | undefined;
    const retried = new Promise<void>((resolve) => {
      onRetry = resolve;
    });
    await start({ rateLimit: false, retry: { onRetry: () => onRetry?.() } });
    app.emulator.failNext({ status: 503, headers: { 'retry-after': '50' } }, 9, { path: '/messages' });
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
    app.emulator.failNext(HOURS, 1, { path: '/messages' });
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

  it('ends a request under way, which may have been taken', async () => {
    await start();
    app.emulator.failNext(HOURS, 1, { path: '/messages' });
    const sending = app.messages.sendText(textTo('bob'), { signal });
    await arrived(2);
    controller.abort();
    await expect(sending).rejects.toMatchObject({ kind: 'aborted', sent: 'maybe', attempts: 1 });
    expectNoListeners();
    await app.messages.sendText(textTo('after'));
    expect(app.emulator.messages.map(({ target }) => target)).toEqual(['after']);
  });

  it('ends an answer under way', async () => {
    await start();
    app.emulator.failNext({ slowBodyMs: 3_600_000 }, 1, { path: '/messages' });
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

  it('ends the reading of a source that gives nothing, and the source with it', async () => {
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

  it('that never fires is let go of when a download is read to its end, and when it is dropped', async () => {
    await start();
    const { uuid } = await app.files.upload(Buffer.from('content'));
    const stream = await app.files.download(uuid, { signal });
    await stream.toArray();
    expectNoListeners();
    const dropped = await app.files.download(uuid, { signal });
    dropped.destroy();
    await vi.waitFor(expectNoListeners);
  });

  it('that never fires is let go of when a download that came compressed is dropped', async () => {
    await start();
    const { uuid } = await app.files.upload(randomBytes(5_000_000));
    app.emulator.failNext({ gzip: true }, 1, { path: '/chatfiles', method: 'GET' });
    const dropped = await app.files.download(uuid, { signal });
    dropped.destroy();
    await vi.waitFor(expectNoListeners);
  });

  it('ends a download that came compressed', async () => {
    await start();
    const { uuid } = await app.files.upload(randomBytes(5_000_000));
    app.emulator.failNext({ gzip: true }, 1, { path: '/chatfiles', method: 'GET' });
    const stream = await app.files.download(uuid, { signal });
    const failed = once(stream, 'error');
    controller.abort();
    expect(await failed).toMatchObject([{ message: 'the signal was aborted' }]);
    expectNoListeners();
  });

  it('that never fires is let go of after every end of a call', async () => {
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
      app.emulator.failNext(fault, 1, { path: '/messages' });
      // oxlint-disable-next-line no-await-in-loop -- one end after the other
      await send();
      expectNoListeners();
    }
  });

  it('may be shared by many calls without a warning of the runtime', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning);
    process.on('warning', onWarning);
    await start({ rateLimit: { users: { messages: { count: 30, windowMs: 200 } } } });
    app.emulator.failNext({ status: 503 }, 30, { path: '/messages' });
    await Promise.all(
      Array.from({ length: 60 }, (_, index) => app.messages.sendText(textTo(`user${index}`), { signal })),
    );
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
    expectNoListeners();
  });
});
