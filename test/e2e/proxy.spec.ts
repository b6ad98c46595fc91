import { inspect } from 'node:util';
import type { EasemobError, EasemobModuleOptions } from 'nestjs-easemob';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { ProxyServer } from '../support/proxy-server.js';
import { textTo } from '../support/text-message.js';

const PASSWORD = 'p@ss w/rd:9';
const ENCODED = `user:${encodeURIComponent(PASSWORD)}`;
const BASIC = Buffer.from(`user:${PASSWORD}`).toString('base64');
const VARIABLES = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];

const startUpFailure = (options: Partial<EasemobModuleOptions> = {}): Promise<unknown> =>
  startEasemob(options).then(
    (app) => app.stop(),
    (error: unknown) => error,
  );

describe('a proxy', () => {
  let proxy: ProxyServer;
  let app: EasemobTest;

  beforeEach(() => {
    for (const name of VARIABLES) vi.stubEnv(name, undefined);
  });
  afterEach(async () => {
    await app.stop();
    await proxy.stop();
    vi.unstubAllEnvs();
  });

  const start = async (options: Partial<EasemobModuleOptions> = {}): Promise<void> => {
    app = await startEasemob({ retry: false, ...options });
  };
  const through = (credentials = ''): Partial<EasemobModuleOptions> => ({
    http: { timeoutMs: 2_000, proxyUrl: `http://${credentials && `${credentials}@`}127.0.0.1:${proxy.port}` },
  });
  const failure = (): Promise<EasemobError> =>
    app.messages.sendText(textTo('bob')).then(
      () => Promise.reject(new Error('the send succeeded')),
      (error: EasemobError) => error,
    );

  describe('of http.proxyUrl', () => {
    it('carries the token request, sends, uploads and downloads through a tunnel to the host', async () => {
      proxy = await ProxyServer.start();
      await start(through());
      await app.messages.sendText(textTo('bob'));
      const { uuid } = await app.files.upload(Buffer.from('content'));
      const chunks = await (await app.files.download(uuid)).toArray();
      expect(Buffer.concat(chunks as Buffer[]).toString()).toBe('content');
      expect(app.delivered()).toEqual(['bob']);
      for (const { method, target } of proxy.requests) {
        expect([method, target]).toEqual(['CONNECT', new URL(app.emulator.url).host]);
      }
      expect(proxy.tunnelled).toContain('POST /easemob-demo/testapp/messages?useMsgId=true HTTP/1.1');
    });

    it('sees neither the app token nor the Authorization header outside the tunnel', async () => {
      proxy = await ProxyServer.start();
      await start(through());
      await app.messages.sendText(textTo('bob'));
      const token = await app.tokens.getToken();
      expect(proxy.requests.length).toBeGreaterThan(0);
      expect(JSON.stringify(proxy.requests)).not.toContain(token);
      for (const { headers } of proxy.requests) expect(headers).not.toHaveProperty('authorization');
      expect(app.emulator.requests.at(-1)?.headers).not.toHaveProperty('proxy-authorization');
    });

    it('keeps its tunnel open for later sends', async () => {
      proxy = await ProxyServer.start();
      await start({ http: { proxyUrl: proxy.url, connections: 1 } });
      // oxlint-disable-next-line no-await-in-loop -- each send after the one before
      for (const target of ['a', 'b', 'c']) await app.messages.sendText(textTo(target));
      expect(proxy.requests).toHaveLength(1);
    });

    it('receives the decoded credentials of its URL, and Easemob does not', async () => {
      proxy = await ProxyServer.start(`user:${PASSWORD}`);
      await start(through(ENCODED));
      await app.messages.sendText(textTo('bob'));
      expect(proxy.requests[0]?.headers['proxy-authorization']).toBe(`Basic ${BASIC}`);
      expect(JSON.stringify(app.emulator.requests.map(({ headers }) => headers))).not.toContain(BASIC);
      expect(app.delivered()).toEqual(['bob']);
    });

    it.each<[string, (proxy: ProxyServer) => unknown, object]>([
      ['requires other credentials', () => undefined, { retryable: false }],
      ['forbids the host', (refusing) => (refusing.refuseWith = 403), { retryable: false }],
      ['cannot reach the host', (failing) => (failing.refuseWith = 502), { retryable: true }],
      ['is overloaded', (failing) => (failing.refuseWith = 503), { retryable: true }],
      ['is down', (stopped) => stopped.stop(), { retryable: true, code: 'ECONNREFUSED' }],
    ])(
      'that %s causes a network error with nothing sent and no credentials in it',
      async (_, prepare, details) => {
        proxy = await ProxyServer.start('user:something else');
        await start(through(ENCODED));
        await prepare(proxy);
        const error = await failure();
        expect(error).toMatchObject({ name: 'EasemobNetworkError', kind: 'network', sent: 'no', ...details });
        const shown = `${inspect(error, { depth: 10, showHidden: true })}${JSON.stringify(error)}${String(error)}`;
        for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), BASIC]) {
          expect(shown).not.toContain(secret);
        }
        expect(app.emulator.requests).toEqual([]);
      },
    );

    it('that is down for one of three sends leaves that one unsent', async () => {
      proxy = await ProxyServer.start();
      await start({ ...through(), retry: { attempts: 2, minDelayMs: 1, maxDelayMs: 2 }, rateLimit: false });
      await app.messages.sendText(textTo('before'));
      proxy.refuseWith = 502;
      proxy.dropConnections();
      await vi.waitFor(() => expect(proxy.openConnections).toBe(0));
      await expect(failure()).resolves.toMatchObject({ kind: 'network', sent: 'no', attempts: 2 });
      proxy.refuseWith = undefined;
      await app.messages.sendText(textTo('after'));
      expect(app.delivered()).toEqual(['before', 'after']);
    });

    it('that never responds causes a timeout with nothing sent, and does not delay the closing of the module', async () => {
      proxy = await ProxyServer.start();
      proxy.isSilent = true;
      await start({ http: { proxyUrl: proxy.url, timeoutMs: 300 } });
      await expect(failure()).resolves.toMatchObject({ kind: 'timeout', sent: 'no', attempts: 1 });
      await app.moduleRef.close();
      expect(app.emulator.requests).toEqual([]);
    });

    it('stops the start-up when it is not an http URL, and the error hides its credentials', async () => {
      proxy = await ProxyServer.start();
      await start();
      for (const proxyUrl of [
        'user:secret-word@proxy:3128',
        'ftp://user:secret-word@proxy',
        'http://user:secret-word@',
      ]) {
        // oxlint-disable-next-line no-await-in-loop -- each send after the one before
        const error = await startUpFailure({ http: { proxyUrl } });
        expect(error).toMatchObject({ name: 'EasemobConfigError' });
        expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('secret-word');
      }
    });
  });

  describe('of the environment', () => {
    const REMOTE = { host: 'http://easemob.test', allowInsecure: true };
    const startRemote = async (): Promise<void> => {
      await start(REMOTE);
      proxy.portOfTestHosts = app.emulator.port;
    };

    it.each(['HTTP_PROXY', 'http_proxy'])('(%s) carries requests to an http host', async (name) => {
      proxy = await ProxyServer.start(`user:${PASSWORD}`);
      vi.stubEnv(name, `http://${ENCODED}@127.0.0.1:${proxy.port}`);
      await startRemote();
      await app.messages.sendText(textTo('bob'));
      expect(app.delivered()).toEqual(['bob']);
      expect(proxy.requests[0]).toMatchObject({ method: 'CONNECT', target: 'easemob.test:80' });
      expect(JSON.stringify(proxy.requests)).not.toContain(await app.tokens.getToken());
    });

    it.each(['HTTPS_PROXY', 'https_proxy'])(
      '(%s) carries requests to an https host, and no others',
      async (name) => {
        proxy = await ProxyServer.start();
        vi.stubEnv(name, proxy.url);
        await start(REMOTE);
        await expect(failure()).resolves.toMatchObject({ code: 'ENOTFOUND', sent: 'no' });
        expect(proxy.requests).toEqual([]);

        proxy.refuseWith = 502;
        const secure = await startEasemob({ retry: false, host: 'https://easemob.invalid' });
        await expect(secure.messages.sendText(textTo('bob'))).rejects.toMatchObject({
          kind: 'network',
          sent: 'no',
        });
        await secure.stop();
        expect(proxy.requests).toMatchObject([{ method: 'CONNECT', target: 'easemob.invalid:443' }]);
      },
    );

    it.each(['easemob.test', '*', 'example.org, .test'])(
      'is not used for the hosts of NO_PROXY: %s',
      async (hosts) => {
        proxy = await ProxyServer.start();
        vi.stubEnv('HTTP_PROXY', proxy.url);
        vi.stubEnv('NO_PROXY', hosts);
        await startRemote();
        await expect(failure()).resolves.toMatchObject({ code: 'ENOTFOUND', sent: 'no' });
        expect(proxy.requests).toEqual([]);
      },
    );

    it('is used for a host that NO_PROXY does not name', async () => {
      proxy = await ProxyServer.start();
      vi.stubEnv('HTTP_PROXY', proxy.url);
      vi.stubEnv('NO_PROXY', 'example.org,.internal,10.0.0.1');
      await startRemote();
      await app.messages.sendText(textTo('bob'));
      expect(app.delivered()).toEqual(['bob']);
    });

    it('is never used for a host on this machine', async () => {
      proxy = await ProxyServer.start();
      vi.stubEnv('HTTP_PROXY', proxy.url);
      await start();
      await app.messages.sendText(textTo('bob'));
      expect(app.delivered()).toEqual(['bob']);
      expect(proxy.requests).toEqual([]);
    });

    it('is overridden by http.proxyUrl', async () => {
      proxy = await ProxyServer.start();
      vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:1');
      await start(through());
      await app.messages.sendText(textTo('bob'));
      expect(app.delivered()).toEqual(['bob']);
    });

    it('may be named without a scheme, as in curl', async () => {
      proxy = await ProxyServer.start();
      vi.stubEnv('HTTP_PROXY', `127.0.0.1:${proxy.port}`);
      await startRemote();
      await app.messages.sendText(textTo('bob'));
      expect(app.delivered()).toEqual(['bob']);
      expect(proxy.requests[0]).toMatchObject({ method: 'CONNECT', target: 'easemob.test:80' });
    });

    it('that is down causes a network error with nothing sent and no credentials in it', async () => {
      proxy = await ProxyServer.start();
      vi.stubEnv('HTTP_PROXY', `http://${ENCODED}@127.0.0.1:${proxy.port}`);
      await startRemote();
      await proxy.stop();
      const error = await failure();
      expect(error).toMatchObject({ kind: 'network', code: 'ECONNREFUSED', sent: 'no' });
      const shown = inspect(error, { depth: 10, showHidden: true });
      for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), BASIC]) {
        expect(shown).not.toContain(secret);
      }
    });

    it.each(['user:secret-word@proxy:99999', 'http://user:secret-word@', 'ftp://user:secret-word@proxy'])(
      'that is not an http URL stops the start-up; the error names the variable and hides its credentials',
      async (value) => {
        proxy = await ProxyServer.start();
        await start();
        vi.stubEnv('HTTPS_PROXY', value);
        const error = await startUpFailure({ host: 'https://easemob.invalid' });
        expect(error).toMatchObject({ name: 'EasemobConfigError' });
        expect(String(error)).toContain('HTTPS_PROXY');
        expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('secret-word');
      },
    );
  });
});
