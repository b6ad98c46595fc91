import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { EasemobModuleOptions } from 'nestjs-easemob';
import { afterEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { textTo } from '../support/text-message.js';

describe('a connection that cannot be established', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  });

  const start = async (options: Partial<EasemobModuleOptions>): Promise<EasemobTest> => {
    const app = await startEasemob({ retry: false, allowInsecure: true, ...options });
    closing.push(() => app.stop());
    return app;
  };

  /** A TCP server that does this to every connection. */
  const listen = async (onConnection: (socket: Socket) => void): Promise<number> => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      onConnection(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    });
    return (server.address() as AddressInfo).port;
  };

  it.each([
    ['that the DNS does not know', 'no-such-host.invalid'],
    ['that no DNS can know', `${'a'.repeat(64)}.invalid`],
  ])('to a host %s causes a network error with nothing sent', async (_, name) => {
    const app = await start({ host: `https://${name}` });
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      name: 'EasemobNetworkError',
      code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) as string,
      sent: 'no',
      retryable: true,
      attempts: 1,
    });
  });

  it('because the TLS handshake gets no response ends at the timeout with nothing sent', async () => {
    const port = await listen(() => undefined);
    const app = await start({ host: `https://127.0.0.1:${port}`, http: { timeoutMs: 300 } });
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      name: 'EasemobTimeoutError',
      sent: 'no',
      attempts: 1,
    });
  });

  it.each<[string, (socket: Socket) => void]>([
    ['is reset', (socket) => socket.resetAndDestroy()],
    ['is ended', (socket) => socket.end()],
    ['gets a response without TLS', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('because the TLS handshake %s causes a network error with nothing sent', async (_, onConnection) => {
    const port = await listen(onConnection);
    const app = await start({ host: `https://127.0.0.1:${port}` });
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      name: 'EasemobNetworkError',
      sent: 'no',
      attempts: 1,
    });
  });

  // On other systems a full backlog refuses the connection instead of ignoring it.
  it.runIf(process.platform === 'linux')(
    'because the server accepts no connection ends at the timeout with nothing sent',
    async () => {
      const worker = new Worker(
        `const { parentPort } = require('node:worker_threads');
         const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
           parentPort.postMessage(server.address().port);
           Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
         });`,
        { eval: true },
      );
      closing.push(async () => void (await worker.terminate()));
      const [port] = (await once(worker, 'message')) as [number];
      // A backlog of one holds two connections.
      const fillers = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
      for (const filler of fillers) filler.on('error', () => undefined);
      await Promise.all(fillers.map((filler) => once(filler, 'connect')));

      const app = await start({ host: `http://127.0.0.1:${port}`, http: { timeoutMs: 300 } });
      await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
        name: 'EasemobTimeoutError',
        sent: 'no',
        attempts: 1,
      });
      for (const filler of fillers) filler.destroy();
    },
  );
});
