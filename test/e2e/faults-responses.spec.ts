import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { EasemobModuleOptions } from 'nestjs-easemob';
import { EasemobEmulator, type EmulatorFault } from 'nestjs-easemob/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EasemobBehindServer, startEasemobBehindServer } from '../support/easemob-behind-server.js';
import type { RawFault } from '../support/raw-server.js';
import { textTo } from '../support/text-message.js';

const ENVELOPE = { action: 'post', data: { bob: '1500000000000000001' } };
const JSON_TYPE = { 'content-type': 'application/json' };

const compressed =
  (encoding: string, body: Buffer): RawFault =>
  (_socket, response) =>
    response.writeHead(200, { ...JSON_TYPE, 'content-encoding': encoding }).end(body);

describe('a response to a send', () => {
  let app: EasemobBehindServer;
  const start = async (options: Partial<EasemobModuleOptions> = {}): Promise<void> => {
    app = await startEasemobBehindServer({ http: { timeoutMs: 5_000 }, ...options });
    await sending('before');
  };
  beforeEach(() => start());
  afterEach(() => app.stop());

  const sending = (...targets: string[]): Promise<unknown> => app.messages.sendText(textTo(...targets));
  const expectRecovery = async (...targets: string[]): Promise<void> => {
    app.emulator.clearFaults();
    await expect(sending('after')).resolves.toMatchObject({ outcomes: [{ status: 'sent' }] });
    expect(app.delivered()).toEqual(['before', ...targets, 'after']);
  };

  describe('with an empty body', () => {
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
    ] as const)(
      'and status %i causes an error of kind %s with sent %s after %i requests',
      async (status, kind, sent, requests) => {
        await app.stop();
        await start({ rateLimit: false });
        app.failSends({ status, body: '' }, 100);
        await expect(sending('bob')).rejects.toMatchObject({
          name: 'EasemobApiError',
          status,
          kind,
          sent,
          // The repetition after a 401 belongs to its attempt.
          attempts: status === 401 ? 1 : requests,
        });
        expect(app.server.sends).toHaveLength(1 + requests);
        await expectRecovery();
      },
    );
  });

  describe('that is not the documented JSON', () => {
    it.each<[string, EmulatorFault, object, string[]]>([
      ['empty', { status: 200, body: '' }, { status: 200, description: '' }, []],
      ['an empty 204', { status: 204, body: '' }, { status: 204 }, []],
      [
        'a 200 that is not JSON',
        { garbage: true },
        { status: 200, description: '{"data": <<< not JSON' },
        ['bob'],
      ],
      [
        'truncated JSON',
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
      '(%s) causes an error of a send that Easemob may have accepted, without a retry',
      async (_, fault, details, targets) => {
        app.failSends(fault);
        await expect(sending('bob')).rejects.toMatchObject({
          name: 'EasemobApiError',
          kind: 'server',
          sent: 'maybe',
          attempts: 1,
          ...details,
        });
        expect(app.server.sends).toHaveLength(2);
        await expectRecovery(...targets);
      },
    );

    it('because the connection broke causes a network error, although Easemob accepted the send', async () => {
      app.failSends({ truncate: true });
      await expect(sending('bob')).rejects.toMatchObject({ kind: 'network', sent: 'maybe', attempts: 1 });
      await expectRecovery('bob');
    });
  });

  it('of the wrong content type is read all the same', async () => {
    app.failSends({ status: 200, body: JSON.stringify(ENVELOPE), headers: { 'content-type': 'text/html' } });
    await expect(sending('bob')).resolves.toMatchObject({
      outcomes: [{ target: 'bob', status: 'sent', messageId: '1500000000000000001' }],
    });
    await expectRecovery();
  });

  it('that names only some targets leaves the others unknown, without a retry', async () => {
    app.failSends({ omitTargets: ['b', 'd'] });
    await expect(sending('a', 'b', 'c', 'd')).resolves.toMatchObject({
      outcomes: [
        { target: 'a', status: 'sent' },
        { target: 'b', status: 'unknown', error: { sent: 'maybe' } },
        { target: 'c', status: 'sent' },
        { target: 'd', status: 'unknown', error: { sent: 'maybe' } },
      ],
    });
    expect(app.server.sends).toHaveLength(2);
    await expectRecovery('a', 'c');
  });

  it.each([{}, { data: {} }, { data: [] }, { data: null }, { data: 'ok' }])(
    'that names no target (%j) leaves every target unknown',
    async (body) => {
      app.failSends({ status: 200, body });
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
      'with %i to another host is not followed, and the token is not sent there',
      async (status) => {
        await using other = await EasemobEmulator.start();
        app.failSends({
          status,
          body: '',
          headers: { location: `${other.url}/easemob-demo/testapp/messages` },
        });
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

    it('to the token request is not followed either', async () => {
      await using other = await EasemobEmulator.start();
      app.emulator.failNext({ redirect: `${other.url}/easemob-demo/testapp/token` }, 1, { path: '/token' });
      await expect(app.tokens.refresh()).rejects.toMatchObject({ kind: 'server', sent: 'no' });
      expect(other.requests).toEqual([]);
    });
  });

  describe('that comes compressed', () => {
    const json = JSON.stringify(ENVELOPE);

    it('comes so although the request has no Accept-Encoding', async () => {
      expect(app.server.sends[0]?.headers).not.toHaveProperty('accept-encoding');
    });

    it.each([
      ['gzip', gzipSync(json)],
      ['x-gzip', gzipSync(json)],
      ['deflate', deflateSync(json)],
      ['br', brotliCompressSync(json)],
      ['GZIP', gzipSync(json)],
      ['identity', Buffer.from(json)],
    ])('as %s is decoded', async (encoding, body) => {
      app.server.failNextSend(compressed(encoding, body));
      await expect(sending('bob')).resolves.toMatchObject({
        outcomes: [{ status: 'sent', messageId: '1500000000000000001' }],
      });
      await expectRecovery();
    });

    it.each([
      ['gzip but is plain', 'gzip', Buffer.from(json)],
      ['gzip but is truncated', 'gzip', gzipSync(json).subarray(0, 30)],
      ['br but is plain', 'br', Buffer.from(json)],
      ['an unknown encoding', 'zstd-of-tomorrow', Buffer.from(json)],
    ])('as %s causes an error of a send that Easemob may have accepted', async (_, encoding, body) => {
      app.server.failNextSend(compressed(encoding, body));
      await expect(sending('bob')).rejects.toMatchObject({ kind: 'network', sent: 'maybe', attempts: 1 });
      await expectRecovery();
    });

    it('and takes longer to decode than to receive is decoded to its end', async () => {
      const data = Object.fromEntries(
        Array.from({ length: 20_000 }, (_unused, index) => [`user${index}`, 'success']),
      );
      app.server.failNextSend(
        compressed('gzip', gzipSync(JSON.stringify({ data: { ...data, ...ENVELOPE.data } }))),
      );
      await expect(sending('bob')).resolves.toMatchObject({ outcomes: [{ status: 'sent' }] });
    });
  });
});
