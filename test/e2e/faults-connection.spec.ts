import type { EasemobError, EasemobModuleOptions } from 'nestjs-easemob';
import { afterEach, describe, expect, it } from 'vitest';
import { type EasemobBehindServer, startEasemobBehindServer } from '../support/easemob-behind-server.js';
import { bytes, type RawFault } from '../support/raw-server.js';
import { textTo } from '../support/text-message.js';
import { userIds } from '../support/user-ids.js';

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

describe('a send over a connection', () => {
  let app: EasemobBehindServer;
  afterEach(() => app.stop());

  const start = async (options: Partial<EasemobModuleOptions> = {}): Promise<void> => {
    app = await startEasemobBehindServer({ http: { timeoutMs: 2_000, connections: 1 }, ...options });
    await app.messages.sendText(textTo('before'));
  };
  const deliveriesTo = (target: string): number => app.delivered().filter((each) => each === target).length;

  /** After the fault the next send is delivered, and besides it only what should have been. */
  const expectRecovery = async (...targets: string[]): Promise<void> => {
    await expect(app.messages.sendText(textTo('after'))).resolves.toMatchObject({
      outcomes: [{ target: 'after', status: 'sent' }],
    });
    expect(app.delivered()).toEqual(['before', ...targets, 'after']);
    expect(app.emulator.tokensIssued).toBe(1);
  };

  it.each<[string, RawFault, object]>([
    ['that is closed without a response', (socket) => socket.end(), { code: 'UND_ERR_SOCKET' }],
    ['that is reset', (socket) => socket.resetAndDestroy(), { code: 'ECONNRESET' }],
    [
      'that is closed in the middle of the head',
      bytes('HTTP/1.1 200 OK\r\ncontent-'),
      { code: 'UND_ERR_SOCKET' },
    ],
    [
      'that is closed in the middle of the body',
      bytes(HEAD, 'content-length: 50\r\n\r\n{"data":{"bob"'),
      { code: 'UND_ERR_SOCKET' },
    ],
    [
      'that is closed in the middle of a chunk',
      bytes(HEAD, 'transfer-encoding: chunked\r\n\r\nff\r\n{"data"'),
      { code: 'UND_ERR_SOCKET' },
    ],
    [
      'that is reset in the middle of the body',
      (socket) =>
        socket.write(`${HEAD}content-length: 50\r\n\r\n{"data":{"bob"`, () => socket.resetAndDestroy()),
      {},
    ],
    ['that speaks another protocol', bytes('SSH-2.0-OpenSSH_9.6\r\n'), {}],
    [
      'that sends a malformed chunk',
      bytes(HEAD, 'transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n'),
      {},
    ],
    [
      'that sends an endless header',
      bytes(`${HEAD}x: ${'y'.repeat(20_000)}\r\n\r\n{}`),
      { code: 'UND_ERR_HEADERS_OVERFLOW' },
    ],
    [
      'that is upgraded without a request for it',
      bytes('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
      {},
    ],
  ])('%s is rejected with a network error, perhaps sent, and not retried', async (_, fault, details) => {
    await start();
    app.server.failNextSend(fault);
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      name: 'EasemobNetworkError',
      kind: 'network',
      sent: 'maybe',
      retryable: true,
      attempts: 1,
      ...details,
    });
    expect(app.server.sends).toHaveLength(2);
    await expectRecovery();
  });

  it.each<[string, 'before' | 'after', string[]]>([
    ['before Easemob accepted the message', 'before', []],
    ['after Easemob accepted the message', 'after', ['bob']],
  ])('that is reset %s is rejected with the same error', async (_, reset, targets) => {
    await start();
    app.failSends({ reset });
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      kind: 'network',
      sent: 'maybe',
      attempts: 1,
    });
    await expectRecovery(...targets);
  });

  it('that was closed while idle uses another one, and is delivered once', async () => {
    await start();
    await app.server.endConnections();
    await expect(app.messages.sendText(textTo('bob'))).resolves.toMatchObject({
      outcomes: [{ status: 'sent' }],
    });
    expect(app.server.connections).toBe(2);
    expect(app.server.sends).toHaveLength(2);
    await expectRecovery('bob');
  });

  it('that is closed after every response is delivered once, or rejected as perhaps sent', async () => {
    await start();
    const targets = userIds(20);
    const reported: string[] = [];
    for (const target of targets) {
      app.server.endAfterNextResponse();
      // oxlint-disable-next-line no-await-in-loop -- each send finds the connection that the one before left
      const outcome = await app.messages.sendText(textTo(target)).then(
        ({ outcomes }) => outcomes[0]?.status,
        (error: EasemobError) => error.sent,
      );
      reported.push(outcome ?? '');
    }
    for (const [index, target] of targets.entries()) {
      if (reported[index] === 'sent') expect(deliveriesTo(target)).toBe(1);
      else expect([reported[index], deliveriesTo(target) <= 1]).toEqual(['maybe', true]);
    }
    expect(reported[0]).toBe('sent');
    expect(app.emulator.tokensIssued).toBe(1);
  });

  it('that is refused is retried, and then rejected with nothing sent', async () => {
    await start();
    await app.server.leave();
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      name: 'EasemobNetworkError',
      code: 'ECONNREFUSED',
      sent: 'no',
      retryable: true,
      attempts: 4,
    });
    expect(app.server.sends).toHaveLength(1);
    await app.server.listen();
    await expectRecovery();
  });

  it('that is refused until a later attempt is delivered once', async () => {
    const errors: string[] = [];
    await start({
      retry: {
        minDelayMs: 1,
        maxDelayMs: 5,
        onRetry: ({ attempt, error }) => {
          errors.push(`${attempt} ${error.kind} ${error.sent}`);
          if (attempt === 2) void app.server.listen();
        },
      },
    });
    await app.server.leave();
    await app.messages.sendText(textTo('bob'));
    expect(errors.slice(0, 2)).toEqual(['1 network no', '2 network no']);
    await expectRecovery('bob');
  });

  it('that never responds ends at the timeout, perhaps sent', async () => {
    await start({ http: { timeoutMs: 400 } });
    const closed = new Promise<void>((resolve) =>
      app.server.failNextSend((socket) => socket.once('close', () => resolve())),
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

  it('with a response body slower than the timeout ends at the timeout, although Easemob accepted it', async () => {
    await start({ http: { timeoutMs: 400 } });
    app.failSends({ slowBodyMs: 20_000 });
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      kind: 'timeout',
      sent: 'maybe',
      attempts: 1,
    });
    await expectRecovery('bob');
  });

  it('with an endless response body ends at the timeout', async () => {
    await start({ http: { timeoutMs: 400 } });
    const dripping = new Promise<void>((resolve) =>
      app.server.failNextSend((socket) => {
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

  it('with a response body that is slow, but within the timeout, is delivered', async () => {
    await start();
    app.failSends({ slowBodyMs: 100 });
    await expect(app.messages.sendText(textTo('bob'))).resolves.toMatchObject({
      outcomes: [{ status: 'sent' }],
    });
    await expectRecovery('bob');
  });

  it('that is reset before the token is fetched is rejected with nothing sent', async () => {
    app = await startEasemobBehindServer({ retry: false });
    app.server.onConnection = (socket) => socket.resetAndDestroy();
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      kind: 'network',
      sent: 'no',
      attempts: 1,
    });
    expect(app.server.requests).toEqual([]);
  });
});
