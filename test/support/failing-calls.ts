import { inspect } from 'node:util';
import { Test } from '@nestjs/testing';
import { EasemobModule, type EasemobErrorKind, type EasemobModuleOptions } from 'nestjs-easemob';
import type { EmulatorFault } from 'nestjs-easemob/testing';
import { expect } from 'vitest';
import type { EasemobTest } from './easemob.js';
import { textTo } from './text-message.js';

export const CLIENT_ID = 'YXA6-secrets-client-id';
/** Has characters that JSON, URLs and regular expressions escape. */
export const CLIENT_SECRET = 'YXA6s3cret/+with$odd"chars\\&more=';
export const PROXY_PASSWORD = 'proxy-pa55word';

const text = textTo('bob');
const token = { path: '/token' };

/** One call that fails. */
export interface FailingCall {
  readonly name: string;
  readonly options?: Partial<EasemobModuleOptions>;
  /** Makes the call that fails. */
  readonly fail: (app: EasemobTest) => Promise<unknown>;
}

/** The secrets of a request, as a careless gateway echoes them in its response. */
export async function echoOf({ tokens }: EasemobTest): Promise<string> {
  const bearer = await tokens.getToken();
  return `POST /messages Authorization: Bearer ${bearer} token=${bearer} client_secret=${CLIENT_SECRET} ${CLIENT_SECRET}`;
}

const once = { retry: false } as const;
const send = ({ messages: service }: EasemobTest): Promise<unknown> => service.sendText(text);

const ECHOES: readonly [shape: string, bodyOf: (echo: string) => unknown][] = [
  ['a page', (echo) => `<html><body>${echo}</body></html>`],
  ['plain text', (echo) => echo],
  ['JSON of another shape', (echo) => ({ headers: { Authorization: echo }, env: [echo] })],
  ['the documented JSON', (echo) => ({ error: echo, exception: echo, error_description: echo })],
  ['truncated JSON', (echo) => JSON.stringify({ echo }).slice(0, -2)],
];

/** A send that meets a fault, and is not retried. */
function failingSend(name: string, fault: EmulatorFault): FailingCall {
  return {
    name,
    options: once,
    async fail(app) {
      app.failSends(fault);
      return send(app);
    },
  };
}

/** A send whose response echoes its secrets. */
function echoedSend(name: string, status: number, bodyOf: (echo: string) => unknown): FailingCall {
  return {
    name,
    options: once,
    async fail(app) {
      app.failSends({ status, body: bodyOf(await echoOf(app)) });
      return send(app);
    },
  };
}

/** The ways in which each kind of error comes about, some with a response that quotes secrets. */
export const FAILING_CALLS: Readonly<Record<EasemobErrorKind, readonly FailingCall[]>> = {
  validation: [
    { name: 'an invalid field', fail: ({ messages: service }) => service.sendText({ ...text, from: '' }) },
    {
      name: 'a refusal by Easemob',
      options: { validate: false },
      fail: ({ messages: service }) => service.sendText({ ...text, from: '' }),
    },
  ],
  auth: [
    { name: 'a wrong client secret', options: { clientSecret: `${CLIENT_SECRET}x` }, fail: send },
    {
      name: 'a wrong client secret that the response quotes',
      async fail(app) {
        const error_description = `client_secret does not match: ${CLIENT_SECRET}`;
        app.emulator.failNext({ status: 400, body: { error: 'invalid_grant', error_description } }, 1, token);
        return send(app);
      },
    },
    {
      name: 'a 401 to every attempt',
      async fail(app) {
        app.failSends({ status: 401 }, 10);
        return send(app);
      },
    },
    {
      name: 'a 401 to every attempt that quotes the token',
      async fail(app) {
        const body = {
          error: 'unauthorized',
          error_description: await echoOf(app),
          exception: await echoOf(app),
        };
        app.failSends({ status: 401, body }, 10);
        return send(app);
      },
    },
    {
      name: 'tokens that Easemob always rejects',
      async fail(app) {
        app.failSends({ status: 401 }, 100);
        await send(app).catch(() => undefined);
        return send(app);
      },
    },
  ],
  forbidden: [
    {
      name: 'a wrong share secret that the response quotes',
      async fail({ emulator, files }) {
        const { uuid, secret = '' } = await files.upload(Buffer.from('x'), { restrictAccess: true });
        const body = {
          error: 'forbidden_op',
          error_description: `share-secret ${secret} or ${secret} is wrong`,
        };
        emulator.failNext({ status: 403, body }, 1, { method: 'GET' });
        return files.download(uuid, { secret });
      },
    },
  ],
  'not-found': [
    {
      name: 'an unknown file',
      fail: ({ files }) => files.download('nothing', { secret: 'no-such-share-secret' }),
    },
  ],
  'too-large': [
    {
      name: 'a long message',
      fail: ({ messages: service }) => service.sendText({ ...text, msg: { msg: 'x'.repeat(60_000) } }),
    },
    echoedSend('a 413 of a gateway', 413, (echo) => `<html>${echo}</html>`),
  ],
  'rate-limit': [
    {
      name: 'no permit in time',
      options: { rateLimit: { maxWaitMs: 0, users: { callsPerSecond: 1 } } },
      async fail(app) {
        await send(app);
        return send(app);
      },
    },
    failingSend('a 429', { status: 429 }),
  ],
  quota: [
    echoedSend('a used up plan', 429, (echo) => ({
      error: 'resource_limited',
      error_description: `upgrade ${echo}`,
    })),
  ],
  conflict: [failingSend('a 409', { status: 409 })],
  unsupported: [failingSend('a 415', { status: 415 })],
  server: [
    ...ECHOES.flatMap(([shape, bodyOf]) =>
      [500, 502, 503].map((status) =>
        echoedSend(`a ${status} that echoes the request in ${shape}`, status, bodyOf),
      ),
    ),
    echoedSend('a 200 that echoes the request in a page', 200, (echo) => `<html>${echo}</html>`),
    echoedSend('a 200 that echoes the request in broken JSON', 200, (echo) => `{"Authorization":"${echo}`),
    {
      name: 'a token request whose failure echoes the secret',
      options: once,
      async fail(app) {
        const body = JSON.stringify({ client_secret: CLIENT_SECRET, grant: `secret ${CLIENT_SECRET}` });
        app.emulator.failNext({ status: 500, body }, 1, token);
        return send(app);
      },
    },
    {
      name: 'a token in a response of the wrong shape',
      options: once,
      async fail(app) {
        const body = JSON.stringify({ accessToken: `YWMt${'A'.repeat(60)}`, expires_in: 1 });
        app.emulator.failNext({ status: 200, body }, 1, token);
        return send(app);
      },
    },
    {
      name: 'a redirect that carries the token',
      async fail(app) {
        const bearer = await app.tokens.getToken();
        app.failSends({ redirect: `https://x.example/?access_token=${bearer}` });
        return send(app);
      },
    },
  ],
  network: [
    {
      name: 'a reset',
      options: once,
      async fail(app) {
        await app.tokens.getToken();
        app.failSends({ reset: 'after' });
        return send(app);
      },
    },
    {
      name: 'a refused connection',
      options: once,
      async fail(app) {
        await app.tokens.getToken();
        await app.emulator.stop();
        return send(app);
      },
    },
    {
      name: 'a proxy that refuses the connection, with its password',
      options: { ...once, http: { proxyUrl: `http://user:${PROXY_PASSWORD}@127.0.0.1:9` } },
      fail: send,
    },
    {
      name: 'an interceptor that throws what it saw',
      options: {
        ...once,
        http: {
          setup: ({ axiosRef }) =>
            void axiosRef.interceptors.response.use((response) => {
              throw Object.assign(new Error(`${String(response.data)} ${inspect(response.config)}`), {
                response,
              });
            }),
        },
      },
      fail: send,
    },
  ],
  timeout: [
    {
      name: 'no response',
      options: { ...once, http: { timeoutMs: 50 } },
      async fail(app) {
        await app.tokens.getToken();
        app.failSends({ delayMs: 60_000 });
        return send(app);
      },
    },
  ],
  aborted: [
    {
      name: 'an abort whose reason quotes the token',
      async fail(app) {
        const controller = new AbortController();
        const bearer = await app.tokens.getToken();
        app.failSends({ delayMs: 60_000 });
        const sending = app.messages.sendText(text, { signal: controller.signal });
        await expect.poll(() => app.calls().length).toBe(1);
        controller.abort(new Error(`enough of ${bearer}`));
        return sending;
      },
    },
  ],
  config: [
    {
      name: 'options that are wrong in every way',
      fail: () =>
        Test.createTestingModule({
          imports: [
            EasemobModule.forRoot({
              appKey: 'demo',
              clientId: '',
              clientSecret: [CLIENT_SECRET] as unknown as string,
              host: `https://user:${PROXY_PASSWORD}@a1.easemob.com/?access_token=YWMt${'A'.repeat(60)}`,
              http: { proxyUrl: `ftp://user:${PROXY_PASSWORD}@proxy` },
            }),
          ],
        }).compile(),
    },
  ],
};
