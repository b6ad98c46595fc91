import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { EasemobEmulator, type EmulatorFault } from 'nestjs-easemob/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { type RawFault, RawServer } from '../support/raw-server.js';
import { textTo } from '../support/text-message.js';

const ENVELOPE = { action: 'post', data: { bob: '1500000000000000001' } };
const JSON_TYPE = { 'content-type': 'application/json' };

const compressed =
  (encoding: string, body: Buffer): RawFault =>
  (_socket, response) =>
    response.writeHead(200, { ...JSON_TYPE, 'content-encoding': encoding }).end(body);

describe('an answer to a send', () => {
  let app: EasemobTest;
  let server: RawServer;

  beforeEach(async () => {
    server = await RawServer.start();
    app = await startEasemob({ host: server.url, http: { timeoutMs: 5_000 } });
    server.passTo(app.emulator.url);
    await app.messages.sendText(textTo('before'));
  });
  afterEach(async () => {
    await app.stop();
    await server.stop();
  });

  const meet = (fault: EmulatorFault, times = 1): void =>
    app.emulator.failNext(fault, times, { path: '/messages' });
  const delivered = (): string[] => app.emulator.messages.map(({ target }) => target);
  const sending = (...targets: string[]): Promise<unknown> => app.messages.sendText(textTo(...targets));
  const expectRecovery = async (...targets: string[]): Promise<void> => {
    app.emulator.clearFaults();
    await expect(sending('after')).resolves.toMatchObject({ outcomes: [{ status: 'sent' }] });
    expect(delivered()).toEqual(['before', ...targets, 'after']);
  };

  describe('that is a status without words', () => {
    it.each([
      [301, 'server', 'no', 1],
      [400, 'validation', 'no', 1],
      [401, 'auth', 'no', 2],
      [404, 'not-found', 'no', 1],
      [405, 'unsupported', 'no', 1],
      [408, 'timeout', 'maybe', 1],
      [413, 'too-large', 'no', 1],
      [415, 'unsupported', 'no', 1],
      [418, 'validation', 'no', 1],
      [499, 'server', 'maybe', 1],
      [429, 'rate-limit', 'no', 4],
      [500, 'server', 'maybe', 1],
      [501, 'unsupported', 'no', 1],
      [502, 'server', 'maybe', 1],
      [503, 'server', 'no', 4],
      [504, 'timeout', 'maybe', 1],
      [599, 'server', 'maybe', 1],
    ] as const)('%i is kind %s, sent %s, after %i requests', async (status, kind, sent, requests) => {
      await app.stop();
      app = await startEasemob({ host: server.url, rateLimit: false });
      server.passTo(app.emulator.url);
      await sending('before');
      meet({ status, body: '' }, 100);
      await expect(sending('bob')).rejects.toMatchObject({
        name: 'EasemobApiError',
        status,
        kind,
        sent,
        // The repetition after a 401 belongs to its attempt.
        attempts: status === 401 ? 1 : requests,
      });
      expect(server.sends).toHaveLength(2 + requests);
      await expectRecovery();
    });
  });

  describe('that is no documented JSON', () => {
    it.each<[string, EmulatorFault, object, string[]]>([
      ['empty', { status: 200, body: '' }, { status: 200, description: '' }, []],
      ['an empty 204', { status: 204, body: '' }, { status: 204 }, []],
      ['garbage', { garbage: true }, { status: 200, description: '{"data": <<< not JSON' }, ['bob']],
      [
        'JSON that is cut',
        { status: 200, body: '{"data":{"bob":"15000' },
        { description: '{"data":{"bob":"15000' },
        [],
      ],
      ['an array', { status: 200, body: [1] }, { status: 200 }, []],
      ['a string', { status: 200, body: '"ok"' }, { status: 200 }, []],
      ['null', { status: 200, body: 'null' }, { status: 200 }, []],
      [
        'a page of a captive portal',
        { status: 200, body: '<html><body><h1>Log in</h1></body></html>' },
        { status: 200, description: 'Log in' },
        [],
      ],
      [
        'an HTML 502',
        { status: 502, body: '<html><title>502</title><h1>Bad Gateway</h1></html>' },
        { status: 502, error: '', description: '502 Bad Gateway' },
        [],
      ],
    ])(
      '(%s) is an error of a send that may have been taken, made once',
      async (_, fault, details, targets) => {
        meet(fault);
        await expect(sending('bob')).rejects.toMatchObject({
          name: 'EasemobApiError',
          kind: 'server',
          sent: 'maybe',
          attempts: 1,
          ...details,
        });
        expect(server.sends).toHaveLength(2);
        await expectRecovery(...targets);
      },
    );

    it('because it was cut on the way is a network error of a send that was taken', async () => {
      meet({ truncate: true });
      await expect(sending('bob')).rejects.toMatchObject({ kind: 'network', sent: 'maybe', attempts: 1 });
      await expectRecovery('bob');
    });
  });

  it('of the wrong content type is read by what it holds', async () => {
    meet({ status: 200, body: JSON.stringify(ENVELOPE), headers: { 'content-type': 'text/html' } });
    await expect(sending('bob')).resolves.toMatchObject({
      outcomes: [{ target: 'bob', status: 'sent', messageId: '1500000000000000001' }],
    });
    await expectRecovery();
  });

  it('that names only some targets leaves the others unknown, and sends nothing again', async () => {
    meet({ omitTargets: ['b', 'd'] });
    await expect(sending('a', 'b', 'c', 'd')).resolves.toMatchObject({
      outcomes: [
        { target: 'a', status: 'sent' },
        { target: 'b', status: 'unknown', error: { sent: 'maybe' } },
        { target: 'c', status: 'sent' },
        { target: 'd', status: 'unknown', error: { sent: 'maybe' } },
      ],
    });
    expect(server.sends).toHaveLength(2);
    await expectRecovery('a', 'c');
  });

  it.each([{}, { data: {} }, { data: [] }, { data: null }, { data: 'ok' }])(
    'that names nobody (%j) leaves every target unknown',
    async (body) => {
      meet({ status: 200, body });
      await expect(sending('a', 'b')).resolves.toMatchObject({
        outcomes: [
          { target: 'a', status: 'unknown' },
          { target: 'b', status: 'unknown' },
        ],
      });
      await expectRecovery();
    },
  );

  describe('that is a redirect', () => {
    it.each([301, 302, 303, 307, 308])(
      '%i to another host is refused, and the token stays here',
      async (status) => {
        await using other = await EasemobEmulator.start();
        meet({ status, body: '', headers: { location: `${other.url}/easemob-demo/testapp/messages` } });
        await expect(sending('bob')).rejects.toMatchObject({
          name: 'EasemobApiError',
          kind: 'server',
          status,
          // After a 303 the request was processed, and the result is elsewhere.
          sent: status === 303 ? 'maybe' : 'no',
          retryable: false,
          attempts: 1,
        });
        expect(other.requests).toEqual([]);
        await expectRecovery();
      },
    );

    it('of the token request takes no credentials along', async () => {
      await using other = await EasemobEmulator.start();
      app.emulator.failNext({ redirect: `${other.url}/easemob-demo/testapp/token` }, 1, { path: '/token' });
      await expect(app.tokens.refresh()).rejects.toMatchObject({ kind: 'server', sent: 'no' });
      expect(other.requests).toEqual([]);
    });
  });

  describe('that comes compressed although nobody asked', () => {
    const json = JSON.stringify(ENVELOPE);

    it('was not asked for', async () => {
      expect(server.sends[0]?.headers).not.toHaveProperty('accept-encoding');
    });

    it.each([
      ['gzip', gzipSync(json)],
      ['x-gzip', gzipSync(json)],
      ['deflate', deflateSync(json)],
      ['br', brotliCompressSync(json)],
      ['GZIP', gzipSync(json)],
      ['identity', Buffer.from(json)],
    ])('as %s is read', async (encoding, body) => {
      server.failNextSend(compressed(encoding, body));
      await expect(sending('bob')).resolves.toMatchObject({
        outcomes: [{ status: 'sent', messageId: '1500000000000000001' }],
      });
      await expectRecovery();
    });

    it.each([
      ['gzip and is none', 'gzip', Buffer.from(json)],
      ['gzip and is cut', 'gzip', gzipSync(json).subarray(0, 30)],
      ['br and is none', 'br', Buffer.from(json)],
      ['an unknown encoding', 'zstd-of-tomorrow', Buffer.from(json)],
    ])('as %s is an error of a send that may have been taken', async (_, encoding, body) => {
      server.failNextSend(compressed(encoding, body));
      await expect(sending('bob')).rejects.toMatchObject({ kind: 'network', sent: 'maybe', attempts: 1 });
      await expectRecovery();
    });

    it('and takes longer to decode than to receive is read whole', async () => {
      const data = Object.fromEntries(
        Array.from({ length: 20_000 }, (_unused, index) => [`user${index}`, 'success']),
      );
      server.failNextSend(
        compressed('gzip', gzipSync(JSON.stringify({ data: { ...data, ...ENVELOPE.data } }))),
      );
      await expect(sending('bob')).resolves.toMatchObject({ outcomes: [{ status: 'sent' }] });
    });
  });
});
