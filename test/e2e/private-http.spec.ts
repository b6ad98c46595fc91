import type { AxiosResponse } from 'axios';
import { inspect } from 'node:util';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Test, type TestingModule } from '@nestjs/testing';
import axios from 'axios';
import { EasemobModule, type EasemobModuleOptions, isEasemobError, MessageService } from 'nestjs-easemob';
import { EasemobEmulator } from 'nestjs-easemob/testing';
import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startEasemob, type EasemobTest } from '../support/easemob.js';
import { textTo } from '../support/text-message.js';

describe("an application's own HTTP client", () => {
  let emulator: EasemobEmulator;
  let moduleRef: TestingModule;
  /** `@nestjs/axios` 4 is CommonJS and loads another copy of axios than ES modules do. */
  const globals = [...new Set([axios, new HttpService().axiosRef])].map((own) => ({
    own,
    before: { ...own.defaults } as Record<string, unknown>,
  }));
  const seen: string[] = [];
  let ejections: (() => void)[] = [];

  beforeEach(async () => {
    emulator = await EasemobEmulator.start();
    seen.length = 0;
    ejections = globals.map(({ own }) => {
      own.defaults.headers.common['X-Application'] = 'leak';
      own.defaults.headers.post['X-Posted'] = 'leak';
      Object.assign(own.defaults, {
        baseURL: 'http://127.0.0.1:9/elsewhere',
        params: { leak: 'yes' },
        timeout: 1,
        maxContentLength: 1,
        validateStatus: () => false,
      });
      const id = own.interceptors.request.use((config) => {
        seen.push(String(config.url));
        return config;
      });
      return () => own.interceptors.request.eject(id);
    });
    moduleRef = await Test.createTestingModule({
      imports: [HttpModule, EasemobModule.forRoot({ ...emulator.moduleOptions, isGlobal: true })],
    }).compile();
  });

  afterEach(async () => {
    for (const eject of ejections) eject();
    for (const { own, before } of globals) {
      delete own.defaults.headers.common['X-Application'];
      delete own.defaults.headers.post['X-Posted'];
      for (const name of Object.keys(own.defaults)) Reflect.set(own.defaults, name, before[name]);
    }
    await moduleRef.close();
    await emulator.stop();
  });

  it('has global defaults and interceptors that do not reach the calls to Easemob', async () => {
    const { outcomes } = await moduleRef.get(MessageService).sendText(textTo('bob'));
    expect(outcomes[0]?.status).toBe('sent');
    expect(seen).toEqual([]);
    expect(emulator.requests).toHaveLength(2);
    for (const request of emulator.requests) {
      expect(Object.keys(request.headers).toSorted()).toEqual([
        'accept',
        ...(request.path.endsWith('/token') ? [] : ['authorization']),
        'connection',
        'content-length',
        'content-type',
        'host',
        'user-agent',
      ]);
      expect(request.query).not.toHaveProperty('leak');
    }
  });

  it('keeps its HttpService, without the app token', async () => {
    await moduleRef.get(MessageService).sendText(textTo('bob'));
    emulator.reset();
    const http = moduleRef.get(HttpService);
    const response = await firstValueFrom(
      http.get<unknown>(`${emulator.url}/x/y/z`, {
        baseURL: '',
        timeout: 1000,
        maxContentLength: 1000,
        validateStatus: () => true,
      }),
    );
    expect(response.status).toBe(404);
    expect(emulator.requests[0]?.headers).toMatchObject({ 'x-application': 'leak' });
    expect(emulator.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(seen).toHaveLength(1);
  });
});

describe('http.setup', () => {
  let app: EasemobTest;
  afterEach(() => app.stop());

  it('receives the private HttpService once, and its interceptors see every call', async () => {
    const received: unknown[] = [];
    const statuses: number[] = [];
    app = await startEasemob({
      http: {
        setup(http) {
          received.push(http);
          http.axiosRef.interceptors.request.use((config) => {
            config.headers.set('X-Trace', 'abc');
            return config;
          });
          http.axiosRef.interceptors.response.use((response) => {
            statuses.push(response.status);
            return response;
          });
        },
      },
    });
    await app.messages.sendText(textTo('bob'));
    await app.files.upload(Buffer.from('x'));
    expect(received).toHaveLength(1);
    expect(received[0]).toBeInstanceOf(HttpService);
    expect(app.emulator.requests.map(({ headers }) => headers['x-trace'])).toEqual(['abc', 'abc', 'abc']);
    expect(statuses).toEqual([200, 200, 200]);
  });

  it('shows interceptors the method and the URL of a call, and neither its token nor its body', async () => {
    const configs: unknown[] = [];
    app = await startEasemob({
      http: {
        setup({ axiosRef }) {
          axiosRef.interceptors.request.use((config) => {
            configs.push({ method: config.method, url: config.url });
            configs.push(inspect(config, { depth: 10, showHidden: true }), Object.keys(config.headers));
            config.headers.set({ Authorization: 'Bearer of-the-interceptor', 'Content-Type': 'text/plain' });
            return config;
          });
        },
      },
    });
    const token = await app.tokens.getToken();
    configs.length = 0;
    await app.messages.sendText(textTo('bob'));
    expect(configs[0]).toMatchObject({
      method: expect.stringMatching(/^post$/i) as string,
      url: `${app.emulator.url}/easemob-demo/testapp/messages?useMsgId=true`,
    });
    expect(configs[1]).not.toContain(token);
    expect(configs[2]).toEqual([]);
    expect(app.calls()[0]?.headers).toMatchObject({
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
    });
  });

  it('makes an EasemobError of what an interceptor throws before the request, with nothing sent', async () => {
    let isReady = false;
    app = await startEasemob({
      retry: false,
      http: {
        setup({ axiosRef }) {
          axiosRef.interceptors.request.use((config) => {
            if (isReady) throw Object.assign(new Error('the circuit is open'), { config });
            return config;
          });
        },
      },
    });
    await app.tokens.getToken();
    isReady = true;
    const error: unknown = await app.messages.sendText(textTo('bob')).catch((reason: unknown) => reason);
    expect(isEasemobError(error)).toBe(true);
    expect(error).toMatchObject({ name: 'EasemobNetworkError', sent: 'no' });
    expect(String(error)).toContain('the circuit is open');
    expect(error).not.toHaveProperty('config');
    expect(app.calls()).toEqual([]);
  });

  it('makes one of what an interceptor throws after the response, perhaps sent, and does not retry', async () => {
    app = await startEasemob({
      http: {
        setup({ axiosRef }) {
          axiosRef.interceptors.response.use((response) => {
            if (response.config.url?.includes('/messages')) throw new Error('I do not like it');
            return response;
          });
        },
      },
    });
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      name: 'EasemobNetworkError',
      sent: 'maybe',
      attempts: 1,
    });
    expect(app.emulator.messages).toHaveLength(1);
  });

  const startWithInterceptor = async (onResponse: (response: AxiosResponse) => unknown): Promise<void> => {
    app = await startEasemob({
      http: {
        timeoutMs: 300,
        setup({ axiosRef }) {
          axiosRef.interceptors.response.use((response) =>
            response.config.url?.includes('/messages') ? (onResponse(response) as AxiosResponse) : response,
          );
        },
      },
    });
    await app.tokens.getToken();
  };

  describe('an interceptor of a response', () => {
    it('whose own call is refused does not make the message look unsent, or be sent again', async () => {
      await startWithInterceptor(() =>
        Promise.reject(
          Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
        ),
      );
      await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
        name: 'EasemobNetworkError',
        code: 'INTERCEPTOR',
        sent: 'maybe',
        attempts: 1,
      });
      expect(app.emulator.messages).toHaveLength(1);
    });

    it.each<[string, (response: AxiosResponse) => unknown]>([
      ['its data', ({ data }) => data as unknown],
      ['nothing', () => undefined],
      ['another status', (response) => ({ ...response, status: 503 })],
    ])('that returns %s replaces nothing', async (_, onResponse) => {
      await startWithInterceptor(onResponse);
      await expect(app.messages.sendText(textTo('bob'))).resolves.toMatchObject({
        outcomes: [{ status: 'sent' }],
      });
      expect(app.emulator.messages).toHaveLength(1);
    });

    it('that sends the request again is refused that', async () => {
      let again: Promise<unknown> | undefined;
      app = await startEasemob({
        http: {
          setup({ axiosRef }) {
            axiosRef.interceptors.response.use(async (response) => {
              if (!response.config.url?.includes('/messages')) return response;
              again ??= axiosRef.request(response.config);
              await again;
              return response;
            });
          },
        },
      });
      await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
        code: 'INTERCEPTOR',
        sent: 'maybe',
      });
      await expect(again).rejects.toThrow('a request is sent only once');
      expect(app.emulator.messages).toHaveLength(1);
    });

    it('that never ends does not hold the call beyond its time', async () => {
      await startWithInterceptor(() => new Promise(() => undefined));
      await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
        sent: 'maybe',
        message: expect.stringContaining('it did not end within 300 ms') as string,
      });
    });
  });

  describe('an interceptor of a request that does not end in time', () => {
    let release: (() => void)[];

    /** Holds every send back until it is released. */
    const startWithHeldSends = async (options: Partial<EasemobModuleOptions> = {}): Promise<void> => {
      release = [];
      app = await startEasemob({
        ...options,
        http: {
          timeoutMs: 100,
          ...options.http,
          setup({ axiosRef }) {
            axiosRef.interceptors.request.use(async (config) => {
              if (config.url?.includes('/messages')) {
                await new Promise<void>((resolve) => release.push(resolve));
              }
              return config;
            });
          },
        },
      });
      await app.tokens.getToken();
    };

    it('sends nothing when it ends after all, for the caller has heard that nothing was sent', async () => {
      await startWithHeldSends({ retry: { attempts: 2, minDelayMs: 1, maxDelayMs: 1 } });
      await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
        code: 'INTERCEPTOR',
        sent: 'no',
        attempts: 2,
      });
      expect(release).toHaveLength(2);
      for (const each of release) each();
      await app.tokens.refresh();
      expect(app.emulator.messages).toEqual([]);
    });

    it('is not waited for once the signal aborts', async () => {
      await startWithHeldSends({ http: { timeoutMs: 60_000 } });
      const controller = new AbortController();
      const sending = app.messages.sendText(textTo('bob'), { signal: controller.signal });
      await vi.waitFor(() => expect(release).toHaveLength(1));
      controller.abort();
      await expect(sending).rejects.toMatchObject({ kind: 'aborted', sent: 'no' });
      release[0]?.();
      await app.tokens.refresh();
      expect(app.emulator.messages).toEqual([]);
    });
  });

  it('hides the token when an interceptor throws the response to the token request', async () => {
    const bodies: string[] = [];
    app = await startEasemob({
      retry: false,
      http: {
        setup({ axiosRef }) {
          axiosRef.interceptors.response.use((response) => {
            bodies.push(String(response.data));
            throw Object.assign(new Error(`unexpected ${String(response.data)}`), { response });
          });
        },
      },
    });
    const error: unknown = await app.messages.sendText(textTo('bob')).catch((reason: unknown) => reason);
    const { access_token: token } = JSON.parse(bodies[0] ?? '{}') as { access_token: string };
    expect(token).toMatch(/^YWMt/);
    expect(isEasemobError(error)).toBe(true);
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(token);
  });
});
