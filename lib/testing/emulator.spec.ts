import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { appAuthorization } from '../../test/support/app-authorization.js';
import { EasemobEmulator, type EmulatedMessage } from './index.js';

let emulator: EasemobEmulator;

beforeEach(async () => {
  emulator = await EasemobEmulator.start();
});

afterEach(async () => {
  await emulator.stop();
});

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: await appAuthorization(emulator), 'content-type': 'application/json' };
  return fetch(`${emulator.url}${path}`, { ...init, headers });
}

async function send(target: readonly string[]): Promise<Response> {
  const body = JSON.stringify({ target_type: 'users', target, msg: { type: 'txt', msg: 'hi' } });
  return call('/easemob-demo/testapp/messages?useMsgId=true', { method: 'POST', body });
}

describe('an emulator', () => {
  it('listens on loopback and has the options that a module needs', () => {
    expect(emulator.url).toBe(`http://127.0.0.1:${emulator.port}`);
    expect(emulator.moduleOptions).toEqual({
      host: emulator.url,
      appKey: 'easemob-demo#testapp',
      clientId: 'YXA6-emulator-client-id',
      clientSecret: 'YXA6-emulator-client-secret',
    });
  });

  it('takes its app key and credentials from the options', async () => {
    await using other = await EasemobEmulator.start({
      appKey: 'acme#shop',
      clientId: 'id',
      clientSecret: 'secret',
    });
    expect(other.moduleOptions).toMatchObject({
      appKey: 'acme#shop',
      clientId: 'id',
      clientSecret: 'secret',
    });
    expect((await fetch(`${other.url}/acme/shop/messages`, { method: 'POST' })).status).toBe(401);
  });

  it('refuses an app key without a hash', async () => {
    await expect(EasemobEmulator.start({ appKey: 'demo' })).rejects.toThrow(
      'appKey must look like "org#app", got "demo".',
    );
  });

  it('refuses a port that is taken', async () => {
    await expect(EasemobEmulator.start({ port: emulator.port })).rejects.toThrow('EADDRINUSE');
  });

  it('stops at once with an idle, a half-sent and a delayed request open', async () => {
    const idle = connect(emulator.port, '127.0.0.1');
    const half = connect(emulator.port, '127.0.0.1');
    half.write('POST /easemob-demo/testapp/token HTTP/1.1\r\ncontent-length: 10\r\n\r\nabc');
    emulator.failNext({ delayMs: 600_000 }, 1, { path: '/never' });
    const delayed = connect(emulator.port, '127.0.0.1');
    delayed.write('GET /easemob-demo/testapp/never HTTP/1.1\r\nhost: x\r\n\r\n');
    const sockets = [idle, half, delayed];
    for (const socket of sockets) socket.on('error', () => undefined);
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const closed = Promise.all(
      sockets.map((socket) => new Promise((resolve) => void socket.once('close', resolve))),
    );
    await emulator.stop();
    await closed;
    await expect(fetch(emulator.url)).rejects.toThrow('fetch failed');
  });

  it('can be stopped twice', async () => {
    await emulator.stop();
    await expect(emulator.stop()).resolves.toBeUndefined();
  });
});

describe('the emulator records', () => {
  it('a request as it arrived, and the status of its response', async () => {
    await call('/easemob-demo/testapp/messages?useMsgId=true&x=%E4%B8%AD', {
      method: 'POST',
      body: ' {"a": "中"}',
    });
    expect(emulator.requests).toHaveLength(2);
    expect(emulator.requests[1]).toMatchObject({
      method: 'POST',
      path: '/easemob-demo/testapp/messages',
      query: { useMsgId: 'true', x: '中' },
      rawBody: Buffer.from(' {"a": "中"}'),
      body: { a: '中' },
      status: 400,
    });
    expect(emulator.requests[1]?.headers['content-type']).toBe('application/json');
    expect(Math.abs((emulator.requests[1]?.receivedAt ?? 0) - Date.now())).toBeLessThan(5000);
  });

  it('a message per target, and emits the same messages on messages$', async () => {
    const seen: EmulatedMessage[] = [];
    emulator.messages$.subscribe((message) => seen.push(message));
    const response = await send(['bob', 'carol']);
    const { data } = (await response.json()) as { data: Record<string, string> };
    expect(emulator.messages.map(({ target, id }) => [target, id])).toEqual([
      ['bob', data['bob']],
      ['carol', data['carol']],
    ]);
    expect(emulator.messages[0]).toMatchObject({
      api: 'legacy',
      targetType: 'users',
      from: 'admin',
      type: 'txt',
      msg: { type: 'txt', msg: 'hi' },
      body: { msg: 'hi' },
      syncDevice: false,
      requestIndex: 1,
    });
    expect(seen).toEqual(emulator.messages);
  });

  it('no message after it stops, which completes messages$', async () => {
    let isComplete = false;
    emulator.messages$.subscribe({ complete: () => (isComplete = true) });
    await emulator.stop();
    expect(isComplete).toBe(true);
  });

  it('nothing with recordRequests and recordMessages false, and still emits on messages$', async () => {
    await emulator.stop();
    emulator = await EasemobEmulator.start({ recordRequests: false, recordMessages: false });
    const seen: string[] = [];
    await send(['quiet']);
    emulator.messages$.subscribe(({ target }) => seen.push(target));
    await send(['bob']);
    expect([emulator.requests, emulator.messages, seen]).toEqual([[], [], ['bob']]);
  });

  it('from the start after reset(), which keeps tokens valid and earlier lists as they were', async () => {
    const authorization = await appAuthorization(emulator);
    await send(['bob']);
    const before = emulator.messages;
    emulator.failNext({ status: 500 });
    emulator.reset();
    expect([emulator.requests, emulator.messages, emulator.files]).toEqual([[], [], []]);
    expect(before).toHaveLength(1);
    const response = await fetch(`${emulator.url}/easemob-demo/testapp/messages`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{"target_type":"users","target":["bob"],"msg":{"type":"cmd","action":"a"}}',
    });
    expect(response.status).toBe(200);
    expect(emulator.messages[0]?.requestIndex).toBe(0);
  });
});

describe('the router', () => {
  it.each([
    ['/other/app/messages', 'Could not find application for other/app from URI: '],
    ['/easemob-demo/testapp', 'Could not find application for easemob-demo/testapp from URI: '],
    ['/easemob-demo/testapp2/messages', 'Could not find application for easemob-demo/testapp2 from URI: '],
    ['/', 'Could not find application for  from URI: '],
  ])('responds 404 organization_application_not_found to %s', async (path, description) => {
    const response = await call(path, { method: 'POST', body: '{}' });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: 'organization_application_not_found',
      error_description: `${description}${emulator.url}${path}`,
    });
  });

  it.each(['/nothing', '/messages/', '/messages/user', '/chatfiles/%E0%A4%A'])(
    'responds 500 web_application to %s, which is no path of the API',
    async (resource) => {
      const response = await call(`/easemob-demo/testapp${resource}`);
      expect(response.status).toBe(500);
      const body = (await response.json()) as Record<string, unknown>;
      expect(body).toEqual({
        error: 'web_application',
        exception: 'javax.ws.rs.WebApplicationException',
        timestamp: expect.any(Number) as number,
        duration: expect.any(Number) as number,
        error_description: 'javax.ws.rs.WebApplicationException',
      });
    },
  );

  it.each([
    ['GET', '/messages', 'POST'],
    ['PUT', '/messages/users', 'POST'],
    ['DELETE', '/chatfiles/x', 'GET'],
    ['PUT', '/users/x', 'GET, POST, DELETE'],
  ])('responds 405 to %s %s', async (method, resource, allow) => {
    const response = await call(`/easemob-demo/testapp${resource}`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
  });

  it('accepts the absolute URL that a client behind a proxy sends', async () => {
    const request = httpRequest({
      port: emulator.port,
      host: '127.0.0.1',
      method: 'POST',
      path: `${emulator.url}/easemob-demo/testapp/token`,
      headers: { 'content-type': 'application/json' },
    });
    request.end('{}');
    const [response] = (await once(request, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    expect(response.statusCode).toBe(400);
    expect(emulator.requests[0]?.path).toBe('/easemob-demo/testapp/token');
  });
});

it('refuses to turn its clock back', () => {
  expect(() => {
    emulator.advance(-1);
  }).toThrow(RangeError);
});

describe('a request', () => {
  it('that its client aborts is not recorded', async () => {
    const socket = connect(emulator.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST /easemob-demo/testapp/token HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc');
    socket.resetAndDestroy();
    await call('/easemob-demo/testapp/nothing');
    expect(emulator.requests.map(({ path }) => path.split('/').at(-1))).toEqual(['token', 'nothing']);
    expect(emulator.tokensIssued).toBe(1);
  });

  it('with a body beyond every limit is read to its end, recorded in part and refused', async () => {
    const body = JSON.stringify({ to: ['bob'], type: 'txt', body: { msg: 'x'.repeat(12_000_000) } });
    const response = await call('/easemob-demo/testapp/messages/users', { method: 'POST', body });
    expect([response.status, await response.text()]).toEqual([413, '']);
    expect(emulator.requests[1]?.rawBody.length).toBeLessThan(12_000_000);
  });
});
