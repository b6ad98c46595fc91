import type { EasemobError, EasemobModuleOptions } from 'nestjs-easemob';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { bytes, type RawFault, RawServer } from '../support/raw-server.js';
import { textTo } from '../support/text-message.js';

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

describe('a connection that breaks under a send', () => {
  let app: EasemobTest;
  let server: RawServer;

  const start = async (options: Partial<EasemobModuleOptions> = {}): Promise<void> => {
    app = await startEasemob({ host: server.url, http: { timeoutMs: 2_000, connections: 1 }, ...options });
    server.passTo(app.emulator.url);
    await app.messages.sendText(textTo('before'));
  };
  const times = (target: string): number => delivered().filter((each) => each === target).length;
  const delivered = (): string[] => app.emulator.messages.map(({ target }) => target);

  /** After the fault one more send goes through, and nothing was delivered that should not have been. */
  const expectRecovery = async (...targets: string[]): Promise<void> => {
    await expect(app.messages.sendText(textTo('after'))).resolves.toMatchObject({
      outcomes: [{ target: 'after', status: 'sent' }],
    });
    expect(delivered()).toEqual(['before', ...targets, 'after']);
    expect(app.emulator.tokensIssued).toBe(1);
  };

  beforeEach(async () => {
    server = await RawServer.start();
  });
  afterEach(async () => {
    await app.stop();
    await server.stop();
  });

  it.each<[string, RawFault, object]>([
    ['closed without an answer', (socket) => socket.end(), { code: 'UND_ERR_SOCKET' }],
    ['reset', (socket) => socket.resetAndDestroy(), { code: 'ECONNRESET' }],
    ['closed within the head', bytes('HTTP/1.1 200 OK\r\ncontent-'), { code: 'UND_ERR_SOCKET' }],
    [
      'closed within the body',
      bytes(HEAD, 'content-length: 50\r\n\r\n{"data":{"bob"'),
      { code: 'UND_ERR_SOCKET' },
    ],
    [
      'closed within a chunk',
      bytes(HEAD, 'transfer-encoding: chunked\r\n\r\nff\r\n{"data"'),
      { code: 'UND_ERR_SOCKET' },
    ],
    [
      'reset within the body',
      (socket) =>
        socket.write(`${HEAD}content-length: 50\r\n\r\n{"data":{"bob"`, () => socket.resetAndDestroy()),
      {},
    ],
    ['answered in another protocol', bytes('SSH-2.0-OpenSSH_9.6\r\n'), {}],
    [
      'answered by a broken chunk',
      bytes(HEAD, 'transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n'),
      {},
    ],
    [
      'answered by an endless header',
      bytes(`${HEAD}x: ${'y'.repeat(20_000)}\r\n\r\n{}`),
      { code: 'UND_ERR_HEADERS_OVERFLOW' },
    ],
    [
      'upgraded unasked',
      bytes('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
      {},
    ],
  ])('%s is a network error of a send that may have been taken, made once', async (_, fault, details) => {
    await start();
    server.failNextSend(fault);
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      name: 'EasemobNetworkError',
      kind: 'network',
      sent: 'maybe',
      retryable: true,
      attempts: 1,
      ...details,
    });
    expect(server.sends).toHaveLength(2);
    await expectRecovery();
  });

  it.each<[string, 'before' | 'after', string[]]>([
    ['before the message was taken', 'before', []],
    ['after the message was taken', 'after', ['bob']],
  ])('reset %s is the same error', async (_, reset, targets) => {
    await start();
    app.emulator.failNext({ reset }, 1, { path: '/messages' });
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      kind: 'network',
      sent: 'maybe',
      attempts: 1,
    });
    await expectRecovery(...targets);
  });

  it('ended while it was idle is replaced, and the send is delivered once', async () => {
    await start();
    await server.endConnections();
    await expect(app.messages.sendText(textTo('bob'))).resolves.toMatchObject({
      outcomes: [{ status: 'sent' }],
    });
    expect(server.connections).toBe(2);
    expect(server.sends).toHaveLength(2);
    await expectRecovery('bob');
  });

  it('ended after every answer loses no send: each is delivered once, or reported as perhaps taken', async () => {
    await start();
    const targets = Array.from({ length: 20 }, (_, index) => `user${index}`);
    const reported: string[] = [];
    for (const target of targets) {
      server.endAfterNextAnswer();
      // oxlint-disable-next-line no-await-in-loop -- each send finds the connection that the one before left
      const outcome = await app.messages.sendText(textTo(target)).then(
        ({ outcomes }) => outcomes[0]?.status,
        (error: EasemobError) => error.sent,
      );
      reported.push(outcome ?? '');
    }
    for (const [index, target] of targets.entries()) {
      if (reported[index] === 'sent') expect(times(target)).toBe(1);
      else expect([reported[index], times(target) <= 1]).toEqual(['maybe', true]);
    }
    expect(reported[0]).toBe('sent');
    expect(app.emulator.tokensIssued).toBe(1);
  });

  it('refused is retried, and then an error of a send that was never taken', async () => {
    await start();
    await server.leave();
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      name: 'EasemobNetworkError',
      code: 'ECONNREFUSED',
      sent: 'no',
      retryable: true,
      attempts: 4,
    });
    expect(server.sends).toHaveLength(1);
    await server.listen();
    await expectRecovery();
  });

  it('refused until the last try is a delivered send', async () => {
    const errors: string[] = [];
    await start({
      retry: {
        minDelayMs: 1,
        maxDelayMs: 5,
        onRetry: ({ attempt, error }) => {
          errors.push(`${attempt} ${error.kind} ${error.sent}`);
          if (attempt === 2) void server.listen();
        },
      },
    });
    await server.leave();
    await app.messages.sendText(textTo('bob'));
    expect(errors.slice(0, 2)).toEqual(['1 network no', '2 network no']);
    await expectRecovery('bob');
  });

  it('without an answer ends at the timeout, with a send that may have been taken', async () => {
    await start({ http: { timeoutMs: 400 } });
    const closed = new Promise<void>((resolve) =>
      server.failNextSend((socket) => socket.once('close', () => resolve())),
    );
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      name: 'EasemobTimeoutError',
      kind: 'timeout',
      sent: 'maybe',
      attempts: 1,
    });
    await closed;
    await expectRecovery();
  });

  it('whose body is slower than the timeout ends at the timeout, with a send that was taken', async () => {
    await start({ http: { timeoutMs: 400 } });
    app.emulator.failNext({ slowBodyMs: 20_000 }, 1, { path: '/messages' });
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      kind: 'timeout',
      sent: 'maybe',
      attempts: 1,
    });
    await expectRecovery('bob');
  });

  it('whose body never ends is cut off at the timeout', async () => {
    await start({ http: { timeoutMs: 400 } });
    const dripping = new Promise<void>((resolve) =>
      server.failNextSend((socket) => {
        socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`);
        const drip = setInterval(() => socket.write('1\r\n \r\n'), 20);
        socket.once('close', () => {
          clearInterval(drip);
          resolve();
        });
      }),
    );
    const sending = expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      kind: 'timeout',
      sent: 'maybe',
    });
    await dripping;
    await sending;
    await expectRecovery();
  });

  it('whose body is slow but within the timeout is a delivered send', async () => {
    await start();
    app.emulator.failNext({ slowBodyMs: 100 }, 1, { path: '/messages' });
    await expect(app.messages.sendText(textTo('bob'))).resolves.toMatchObject({
      outcomes: [{ status: 'sent' }],
    });
    await expectRecovery('bob');
  });

  it('that is reset as soon as it is made leaves the call unmade when it was for the token', async () => {
    app = await startEasemob({ host: server.url, retry: false });
    server.passTo(app.emulator.url);
    server.onConnection = (socket) => socket.resetAndDestroy();
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      kind: 'network',
      sent: 'no',
      attempts: 1,
    });
    expect(server.requests).toEqual([]);
  });
});
