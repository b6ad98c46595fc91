import { setTimeout as delay } from 'node:timers/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { EasemobModuleOptions } from 'nestjs-easemob';
import { afterEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { EventLoopStalls } from '../support/event-loop-stalls.js';
import { textTo } from '../support/text-message.js';

const MB = 1024 * 1024;
/** 1 MB that decodes to 1 GB. */
const bomb = (): Buffer => {
  const block = gzipSync(Buffer.alloc(64 * MB));
  return Buffer.concat(Array.from({ length: 16 }, () => block));
};

/** Writes for ever, as fast as the other side reads. */
const endless = (response: ServerResponse): void => {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const write = (): void => {
    while (!response.destroyed && response.write(chunk));
    response.once('drain', write);
  };
  write();
};

describe('a response without bound', () => {
  let app: EasemobTest;
  let server: Server;
  /** What the server does with a send; a token is issued as usual. */
  let respond: (response: ServerResponse) => void;

  afterEach(async () => {
    await app.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const start = async (options: Partial<EasemobModuleOptions> = {}): Promise<void> => {
    server = createServer((request, response) => {
      request.resume();
      response.on('error', () => undefined);
      if (request.url?.endsWith('/token')) response.end('{"access_token":"YWMt-token","expires_in":3600}');
      else respond(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    app = await startEasemob({ retry: false, host: `http://127.0.0.1:${port}`, ...options });
  };
  const failure = () => app.messages.sendText(textTo('bob')).catch((error: unknown) => error);
  const heapMb = (): number => process.memoryUsage().rss / MB;

  const TOO_LARGE = {
    name: 'EasemobNetworkError',
    code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE',
    sent: 'maybe',
    attempts: 1,
  };

  it.each<[string, (response: ServerResponse) => void]>([
    ['a 502 of 540 MB in gzip', (r) => r.writeHead(502, { 'content-encoding': 'gzip' }).end(bomb())],
    ['a 200 of 540 MB in gzip', (r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb())],
    ['an endless 200', endless],
    ['an endless 500', (r) => endless(r.writeHead(500))],
    [
      'a length that it announces',
      (r) => r.writeHead(200, { 'content-length': 10 * MB }).write('x'.repeat(2 * MB)),
    ],
  ])('%s fails the call, with the memory of a small one', async (_, action) => {
    await start();
    respond = action;
    const before = heapMb();
    await expect(failure()).resolves.toMatchObject(TOO_LARGE);
    expect(heapMb() - before).toBeLessThan(300);
  });

  it('to the token request is read once for all the calls that wait for the token', async () => {
    await start();
    const body = JSON.stringify(Object.fromEntries(Array.from({ length: 70_000 }, (_, n) => [`k${n}`, n])));
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      request.resume();
      response.writeHead(502).end(body);
    });
    const stalls = new EventLoopStalls();
    const errors = await Promise.all(Array.from({ length: 500 }, failure));
    expect(stalls.stop()).toBeLessThan(1000);
    for (const error of errors) expect(error).toMatchObject({ status: 502, sent: 'no' });
    expect(new Set(errors).size).toBe(500);
  });

  it('may be allowed to be larger', async () => {
    await start({ http: { maxResponseBytes: 3 * MB } });
    respond = (response) =>
      response.writeHead(403).end(JSON.stringify({ error: 'x', more: 'y'.repeat(2 * MB) }));
    await expect(failure()).resolves.toMatchObject({ status: 403, error: 'x' });
  });

  it('that is a download in an unknown encoding fails while its caller listens', async () => {
    await start();
    respond = (response) => response.writeHead(200, { 'content-encoding': 'zstd' }).end('abc');
    const stream = await app.files.download('some-file');
    const error = await new Promise((resolve) => stream.once('error', resolve).resume());
    expect(error).toMatchObject({ message: 'the response has an unknown content encoding "zstd"' });
  });

  it('ends with the timeout, or with the signal, until its last decoded byte', async () => {
    await start({ http: { timeoutMs: 300 } });
    const compressed = gzipSync(JSON.stringify({ data: {} }));
    respond = (response) =>
      void response.writeHead(200, { 'content-encoding': 'gzip' }).write(compressed.subarray(0, 15));
    await expect(failure()).resolves.toMatchObject({ name: 'EasemobTimeoutError', sent: 'maybe' });
    const controller = new AbortController();
    const sending = app.messages.sendText(textTo('bob'), { signal: controller.signal });
    await delay(50);
    controller.abort();
    await expect(sending).rejects.toMatchObject({ kind: 'aborted', sent: 'maybe' });
  });

  it.each([
    ['a secret of a million characters', `secret="${'a'.repeat(MB - 100)}`],
    ['a million backslashes', `{"secret":"${'\\'.repeat(MB - 100)}`],
    ['a million quotes', '"'.repeat(MB - 100)],
    ['a million slashes', '/'.repeat(MB - 100)],
    ['a million angle brackets', '<'.repeat(MB - 100)],
    ['a million scripts', '<script'.repeat(MB / 8)],
    ['nesting without end', '['.repeat(MB - 100)],
    ['a million digits', '1'.repeat(MB - 100)],
    ['a big number among a million quotes', `{"a":11111111111111111,"b":"${'\\"'.repeat(MB / 2 - 100)}`],
  ])('of %s holds the event loop for no more than a moment', async (_, body) => {
    await start();
    respond = (response) => void response.writeHead(500).end(body);
    let longest = 0;
    let last = performance.now();
    const watch = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }, 5);
    await expect(failure()).resolves.toMatchObject({ status: 500, sent: 'maybe' });
    clearInterval(watch);
    expect(longest).toBeLessThan(1000);
  });
});

describe('downloads', () => {
  let app: EasemobTest;
  afterEach(() => app.stop());

  it('that nobody reads take no connection of a send, and end after the time that the options name', async () => {
    app = await startEasemob(
      { rateLimit: false, http: { connections: 4, downloadIdleMs: 300 } },
      { limits: { rate: false } },
    );
    const { uuid } = await app.files.upload(Buffer.alloc(5 * MB));
    const streams = await Promise.all(Array.from({ length: 4 }, () => app.files.download(uuid)));
    app.emulator.revokeTokens();
    await expect(app.messages.sendText(textTo('bob'))).resolves.toMatchObject({
      outcomes: [{ status: 'sent' }],
    });
    const errors = streams.map((stream) => new Promise((resolve) => stream.once('error', resolve)));
    for (const error of await Promise.all(errors)) {
      expect(error).toMatchObject({ message: 'the download stood still for 300 ms ("http.downloadIdleMs")' });
    }
    // Their connections are free again.
    const again = await app.files.download(uuid);
    let bytes = 0;
    for await (const chunk of again) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(5 * MB);
  });

  it('end with the signal also after the last byte has arrived', async () => {
    app = await startEasemob();
    const { uuid } = await app.files.upload(Buffer.alloc(1000));
    const controller = new AbortController();
    const stream = await app.files.download(uuid, { signal: controller.signal });
    await delay(50);
    const failed = new Promise((resolve) => stream.once('error', resolve));
    controller.abort();
    expect(await failed).toMatchObject({ message: 'the signal was aborted' });
    expect(stream.destroyed).toBe(true);
  });
});
