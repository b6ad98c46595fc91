import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { EasemobErrorBody, SendResult, TargetOutcome, UploadedFile } from 'nestjs-easemob';
import { EasemobEmulator, type EmulatorFault } from 'nestjs-easemob/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppModule } from '../../sample-app/src/app.module.js';
import { createApp } from '../../sample-app/src/create-app.js';
import { documentedRequests } from '../support/document.js';
import { RecordedLogs } from '../support/recorded-logs.js';
import { sendsTo } from '../support/recorded-requests.js';
import { textTo } from '../support/text-message.js';

/** The header of `curl -d` without a content type. */
const CURL = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'content-type': 'application/json' };
const VARIABLES = ['HOST', 'APP_KEY', 'ORG_NAME', 'APP_NAME', 'CLIENT_ID', 'CLIENT_SECRET', 'API'];

const text = { ...textTo('bob'), from: 'alice' };

/** The response body of any route. */
interface ResponseBody extends Partial<SendResult>, Partial<UploadedFile>, Partial<EasemobErrorBody> {}

let app: NestExpressApplication | undefined;
let logs: RecordedLogs;

/** Sets exactly these `EASEMOB_*` variables. */
function setEnvironment(variables: Readonly<Record<string, string>>): void {
  for (const name of VARIABLES) vi.stubEnv(`EASEMOB_${name}`, variables[name]);
}

async function start(variables: Readonly<Record<string, string>>): Promise<void> {
  setEnvironment(variables);
  logs = new RecordedLogs();
  Logger.overrideLogger(logs);
  app = await createApp();
  await app.listen(0, '127.0.0.1');
}

async function request(
  method: string,
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; body: ResponseBody }> {
  if (!app) throw new Error('The application has not been started.');
  const response = await fetch(`${await app.getUrl()}${path}`, { method, ...init });
  return { status: response.status, body: (await response.json()) as ResponseBody };
}

const post = (path: string, body: object | string, headers: Record<string, string> = JSON_TYPE) =>
  request('POST', path, { headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

/** The URL that the log says messages go to. */
const localEasemob = (): string => /http:\/\/127\.0\.0\.1:\d+/.exec(logs.lines.join('\n'))?.[0] ?? '';

afterEach(async () => {
  await app?.close();
  app = undefined;
  vi.unstubAllEnvs();
  Logger.overrideLogger(false);
});

describe('with EASEMOB_* variables, the sample application', () => {
  let emulator: EasemobEmulator;

  beforeEach(async () => {
    emulator = await EasemobEmulator.start({ appKey: 'acme#shop' });
    const { host, appKey, clientId, clientSecret } = emulator.moduleOptions;
    await start({ HOST: host, APP_KEY: appKey, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret });
  });

  afterEach(() => emulator.stop());

  describe.each([
    ['as curl sends it without a content type', CURL],
    ['as JSON', JSON_TYPE],
  ])('given an example of the send-message document %s', (_, headers) => {
    it.each(documentedRequests)('passes it on as documented: $name', async ({ path, json, useMsgId }) => {
      const { status, body } = await post(`${path}?useMsgId=${useMsgId}`, json, headers);
      expect(status).toBe(201);
      expect(sendsTo(emulator).map((send) => send.body)).toEqual([JSON.parse(json)]);
      expect({ ...sendsTo(emulator)[0]?.query }).toEqual(useMsgId ? { useMsgId: 'true' } : {});
      expect(body.outcomes).toEqual(
        emulator.messages.map(({ target, id }) => ({
          target,
          status: 'sent',
          ...(useMsgId && { messageId: id }),
        })),
      );
    });

    it.each(documentedRequests)('passes it on from the route for all types: $name', async ({ json }) => {
      const { status, body } = await post('/messages', json, headers);
      expect(status).toBe(201);
      expect(sendsTo(emulator).map((send) => send.body)).toEqual([JSON.parse(json)]);
      expect(body.outcomes?.map(({ messageId }: TargetOutcome) => messageId)).toEqual(
        emulator.messages.map(({ id }) => id),
      );
    });
  });

  it.each(documentedRequests)(
    'accepts a message without a type on the route of its type: $name',
    async ({ path, json }) => {
      const { msg, ...envelope } = JSON.parse(json) as { msg: Record<string, unknown> };
      const { type: _type, ...fields } = msg;
      expect((await post(path, { ...envelope, msg: fields })).status).toBe(201);
      expect(sendsTo(emulator)[0]?.body).toEqual(JSON.parse(json));
    },
  );

  it.each<[string, string, object | string, string]>([
    [
      'an unknown type by its name',
      '/messages',
      { ...text, msg: { type: 'text', msg: 'hi' } },
      'got the string "text"',
    ],
    [
      'a type with the name of an object member',
      '/messages',
      '{"target_type":"users","target":["bob"],"msg":{"type":"__proto__"}}',
      'got the string "__proto__"',
    ],
    ['the type of another route', '/messages/image', text, 'msg.type must be "img", got the string "txt"'],
    [
      'a target that is not an array',
      '/messages/text',
      { ...text, target: 'bob' },
      'target must be an array of 1 to 600',
    ],
    ['ext: null', '/messages/text', { ...text, ext: null }, 'ext must be an object, got null'],
    ['an unknown field', '/messages/text', { ...text, priority: 1 }, 'property priority should not exist'],
    [
      'a field of the current API',
      '/messages/text',
      { ...text, need_group_ack: true },
      "set the module option api to 'current'",
    ],
    ['a body that is not JSON', '/messages/text', '{"target_type": "users"', 'JSON'],
    [
      'the stray "." that the document prints',
      '/messages/location',
      '{"msg":{"type":"loc",."addr":"x"}}',
      'JSON',
    ],
    ['a missing body', '/messages/text', '', 'msg must be an object'],
    [
      'useMsgId=maybe',
      '/messages/text?useMsgId=maybe',
      text,
      'useMsgId must be one of the following values: true, false',
    ],
  ])('refuses %s', async (_, path, message, expected) => {
    const { status, body } = await post(path, message);
    expect(status).toBe(400);
    expect(body).toMatchObject({ statusCode: 400, error: 'Bad Request' });
    expect([body.message].flat().join('\n')).toContain(expected);
    expect(emulator.requests).toEqual([]);
  });

  it('refuses a message that is too long with 413', async () => {
    const { status, body } = await post('/messages/text', {
      ...text,
      msg: { type: 'txt', msg: 'x'.repeat(41_000) },
    });
    expect(status).toBe(413);
    expect(body).toMatchObject({
      statusCode: 413,
      error: 'Payload Too Large',
      easemob: { error: 'too-large' },
    });
    expect(emulator.requests).toEqual([]);
  });

  it.each<[string, EmulatorFault, number, object]>([
    [
      'a 401 to every attempt',
      { status: 401 },
      401,
      {
        error: 'Unauthorized',
        easemob: {
          error: 'unauthorized',
          exception: 'EasemobSecurityException',
          description: 'Unable to authenticate (OAuth)',
        },
      },
    ],
    ['a 404', { status: 404 }, 404, { error: 'Not Found', easemob: { error: 'service_resource_not_found' } }],
    ['a 413', { status: 413 }, 413, { error: 'Payload Too Large' }],
    [
      'a used up plan',
      { status: 429, body: { error: 'resource_limited' } },
      429,
      { error: 'Too Many Requests', easemob: { error: 'resource_limited' } },
    ],
    ['a 500', { status: 500 }, 502, { error: 'Bad Gateway' }],
    [
      'a page from a gateway',
      { status: 502, body: '<h1>Bad Gateway</h1>' },
      502,
      { error: 'Bad Gateway', easemob: { description: 'Bad Gateway' } },
    ],
    ['a 504', { status: 504 }, 504, { error: 'Gateway Timeout' }],
    ['a reset', { reset: 'after' }, 502, { error: 'Bad Gateway', easemob: { error: 'network' } }],
    ['a 200 that is not JSON', { garbage: true }, 502, { error: 'Bad Gateway' }],
  ])('responds to %s with a Nest exception', async (_, fault, status, body) => {
    emulator.failNext(fault, 5, { path: '/messages' });
    const response = await post('/messages/text', text);
    expect(response.status).toBe(status);
    expect(response.body).toMatchObject({ statusCode: status, ...body });
  });

  it('uploads a file of a multipart form under its Chinese name, and downloads the same bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256));
    const form = new FormData();
    form.append('file', new File([bytes], '猫的照片.jpg', { type: 'image/jpeg' }));
    const { status, body: uploaded } = await request('POST', '/files', { body: form });
    const [file] = emulator.files;
    expect(status).toBe(201);
    expect(file).toMatchObject({ filename: '猫的照片.jpg', contentType: 'image/jpeg', restricted: false });
    expect(file?.bytes.equals(bytes)).toBe(true);
    expect(uploaded).toEqual({
      uuid: file?.uuid,
      url: `${emulator.url}/acme/shop/chatfiles/${file?.uuid}`,
      filename: '猫的照片.jpg',
    });

    const response = await fetch(`${await app?.getUrl()}/files/${uploaded.uuid}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);

    await post('/messages/image', { ...text, msg: { type: 'img', ...uploaded } });
    expect(emulator.messages[0]?.msg).toEqual({
      type: 'img',
      url: uploaded.url,
      filename: uploaded.filename,
    });
  });

  it('downloads a restricted file only with its share secret', async () => {
    const form = new FormData();
    form.append('file', new File(['secret'], 'a.txt'));
    const { body: uploaded } = await request('POST', '/files?restrictAccess=true', { body: form });
    expect(uploaded.secret).toBe(emulator.files[0]?.secret);
    const refused = await request('GET', `/files/${uploaded.uuid}`);
    expect(refused).toMatchObject({
      status: 403,
      body: { error: 'Forbidden', easemob: { error: 'forbidden_op' } },
    });
    const headers = { 'share-secret': uploaded.secret ?? '' };
    const opened = await fetch(`${await app?.getUrl()}/files/${uploaded.uuid}`, { headers });
    expect(await opened.text()).toBe('secret');
  });

  it('refuses restrictAccess=yes', async () => {
    const form = new FormData();
    form.append('file', new File(['secret'], 'a.txt'));
    expect((await request('POST', '/files?restrictAccess=yes', { body: form })).status).toBe(400);
    expect(emulator.files).toEqual([]);
  });

  it('responds 404 for an unknown file, 400 for a form without a file and 413 for a file that is too large', async () => {
    expect(await request('GET', '/files/nothing')).toMatchObject({
      status: 404,
      body: { error: 'Not Found' },
    });
    const empty = new FormData();
    empty.append('note', 'no file');
    expect(await request('POST', '/files', { body: empty })).toMatchObject({ status: 400 });
    const large = new FormData();
    large.append('file', new File([Buffer.alloc(10 * 1024 * 1024 + 1)], 'large.bin'));
    expect(await request('POST', '/files', { body: large })).toMatchObject({ status: 413 });
    expect(emulator.files).toEqual([]);
  });

  it('shows the status of the token without the token', async () => {
    expect(await request('GET', '/token/status')).toEqual({ status: 200, body: { cached: false } });
    await post('/messages/text', text);
    const { body } = await request('GET', '/token/status');
    expect(body).toEqual({ cached: true, expiresInMs: expect.any(Number) as number });
    const [, send] = emulator.requests;
    expect(JSON.stringify(body)).not.toContain(send?.headers.authorization?.slice('Bearer '.length));
  });

  it('uses the current API with EASEMOB_API=current', async () => {
    await app?.close();
    const { host, clientId, clientSecret } = emulator.moduleOptions;
    await start({
      HOST: host,
      ORG_NAME: 'acme',
      APP_NAME: 'shop',
      CLIENT_ID: clientId,
      CLIENT_SECRET: clientSecret,
      API: 'current',
    });
    expect((await post('/messages/text', { ...text, env: 'test1' })).status).toBe(201);
    expect(emulator.requests.at(-1)?.path).toBe('/acme/shop/messages/users');
  });
});

describe('without EASEMOB_* variables, the sample application', () => {
  it('starts a local Easemob, logs its URL, and delivers to it', async () => {
    await start({});
    expect(logs.lines.join('\n')).toContain(
      'No EASEMOB_* variable is set: messages go to a local Easemob at',
    );
    const { status, body } = await post('/messages/text', text, CURL);
    expect(status).toBe(201);
    expect(body.outcomes).toEqual([
      { target: 'bob', status: 'sent', messageId: expect.stringMatching(/^\d{19}$/) as string },
    ]);
    expect(body.response?.uri).toBe(`${localEasemob()}/easemob-demo/testapp/messages`);
  });

  it('stops it when it closes', async () => {
    await start({});
    const url = localEasemob();
    expect((await fetch(url)).status).toBe(404);
    await app?.close();
    app = undefined;
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('uses the current API of it when only EASEMOB_API is set', async () => {
    await start({ API: 'current' });
    const { body } = await post('/messages/text', text);
    expect(body.response?.path).toBe('/messages/users');
  });
});

describe('with incomplete EASEMOB_* variables, the sample application', () => {
  it.each([
    [{ APP_KEY: 'acme#shop' }, ['clientId', 'clientSecret']],
    [{ CLIENT_SECRET: 's3cret-of-the-app' }, ['appKey', 'clientId']],
    [{ APP_KEY: 'acme', CLIENT_ID: 'id', CLIENT_SECRET: 's3cret-of-the-app' }, ['appKey']],
    [{ HOST: 'http://a1.easemob.com' }, ['appKey', 'clientId', 'clientSecret', 'host']],
    [
      { ORG_NAME: 'acme', CLIENT_ID: 'id', CLIENT_SECRET: 's3cret-of-the-app', API: 'v2' },
      ['api', 'orgName'],
    ],
  ])('(%j) does not start, and lists every problem', async (variables, names) => {
    setEnvironment(variables);
    const starting = Test.createTestingModule({ imports: [AppModule] }).compile();
    const error: unknown = await starting.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'EasemobConfigError', kind: 'config' });
    const { problems, message } = error as { problems: string[]; message: string };
    expect(new Set(problems.map((problem) => problem.split(' ')[0]))).toEqual(new Set(names));
    expect(problems).toHaveLength(names.length);
    expect(message).not.toContain('s3cret-of-the-app');
  });
});
