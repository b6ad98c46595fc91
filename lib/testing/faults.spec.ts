import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { performance } from 'node:perf_hooks';
import { gunzipSync } from 'node:zlib';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { appAuthorization } from '../../test/support/app-authorization.js';
import type { FaultKey } from './faults.js';
import { EasemobEmulator, type EmulatorFault } from './index.js';

let emulator: EasemobEmulator;
let authorization: string;

beforeAll(async () => {
  emulator = await EasemobEmulator.start({ limits: { rate: false } });
  authorization = await appAuthorization(emulator);
});

beforeEach(() => {
  emulator.reset();
});

afterAll(async () => {
  await emulator.stop();
});

function send(target: readonly string[] = ['bob'], init: RequestInit = {}): Promise<Response> {
  return fetch(`${emulator.url}/easemob-demo/testapp/messages`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ target_type: 'users', target, msg: { type: 'txt', msg: 'hi' } }),
    ...init,
  });
}

/** A fault for every key of the union. */
const SAMPLES: {
  readonly [Key in FaultKey]: EmulatorFault & Readonly<Record<Key, unknown>>;
} = {
  status: { status: 503 },
  body: { status: 503, body: 'Service Unavailable' },
  headers: { status: 503, headers: { 'retry-after': '7' } },
  delayMs: { delayMs: 100 },
  reset: { reset: 'after' },
  garbage: { garbage: true },
  truncate: { truncate: true },
  slowBodyMs: { slowBodyMs: 100 },
  omitTargets: { omitTargets: 1 },
  gzip: { gzip: true },
  redirect: { redirect: 'http://127.0.0.1:1/elsewhere' },
};

/** One send as the client sees it, without the parts that differ between two sends. */
async function exchange(fault: object): Promise<object> {
  emulator.reset();
  // oxlint-disable-next-line no-unsafe-type-assertion -- a sample, or a sample without one of its keys
  if (Object.keys(fault).length > 0) emulator.failNext(fault as EmulatorFault);
  try {
    const response = await send(['bob'], { redirect: 'manual' });
    const differing = new Set(['date', 'content-length']);
    const headers = [...response.headers].filter(([name]) => !differing.has(name));
    const body = (await response.text()).replaceAll(/\d+/g, '0');
    return { status: response.status, headers, body };
  } catch (error) {
    return { error: String(error) };
  }
}

describe('every fault', () => {
  it.each(Object.entries(SAMPLES))('changes the exchange by its %s', async (key, fault) => {
    const usual = await exchange(Object.fromEntries(Object.entries(fault).filter(([name]) => name !== key)));
    const start = performance.now();
    const changed = await exchange(fault);
    const isSlow = key.endsWith('Ms') && performance.now() - start > 80;
    expect({ ...changed, isSlow }).not.toEqual({ ...usual, isSlow: false });
  });
});

describe('a fault with a status', () => {
  it.each([
    [400, 'illegal_argument', 'this is an invalid request.'],
    [401, 'unauthorized', 'Unable to authenticate (OAuth)'],
    [403, 'message_send_error', 'message send reach limit'],
    [404, 'service_resource_not_found', 'Service resource not found'],
    [409, 'concurrent_operation_error', 'concurrency create app user failed'],
    [415, 'web_application', 'Unsupported Media Type'],
    [429, 'reach_limit', 'This request has reached api limit'],
  ])('of %i responds with the documented error %s', async (status, error, error_description) => {
    emulator.failNext({ status });
    const response = await send();
    expect([response.status, await response.json()]).toMatchObject([status, { error, error_description }]);
    expect(emulator.messages).toEqual([]);
    expect(emulator.requests[0]?.status).toBe(status);
  });

  it.each([405, 413, 500, 502, 503, 504])('of %i responds without a body', async (status) => {
    emulator.failNext({ status });
    const response = await send();
    expect([response.status, await response.text()]).toEqual([status, '']);
  });

  it('of 413 responds to an upload with the documented error', async () => {
    emulator.failNext({ status: 413 });
    const response = await fetch(`${emulator.url}/easemob-demo/testapp/chatfiles`, { method: 'POST' });
    expect(await response.json()).toMatchObject({ error: 'file exceeding maximum limit' });
  });

  it('responds with its body and headers', async () => {
    emulator.failNext({ status: 502, body: '<html>Bad Gateway</html>' });
    emulator.failNext({ status: 429, body: { error: 'resource_limited' }, headers: { 'retry-after': '7' } });
    emulator.failNext({ status: 429, headers: { 'Retry-After': '3' } });
    const [html, json, documented] = [await send(), await send(), await send()];
    expect([html.headers.get('content-type'), await html.text()]).toEqual([
      'text/html;charset=UTF-8',
      '<html>Bad Gateway</html>',
    ]);
    expect([json.headers.get('retry-after'), await json.json()]).toEqual([
      '7',
      { error: 'resource_limited' },
    ]);
    expect([documented.headers.get('retry-after'), await documented.json()]).toMatchObject([
      '3',
      { error: 'reach_limit' },
    ]);
  });

  it.each<[unknown, string]>([
    [{ status: 100 }, 'A fault takes a status from 200 to 599, got 100.'],
    [{ status: 600 }, 'A fault takes a status from 200 to 599, got 600.'],
    [{ status: 500, headers: { 'x y': '1' } }, 'Header name must be a valid HTTP token'],
    [{ status: 500, headers: { x: 'a\n' } }, 'Invalid character in header content'],
    [{ redirect: 'http://x/\n' }, 'Invalid character in header content'],
    [{ status: 500, body: 1n }, 'fault.body must be JSON, got a bigint.'],
    [{ status: 500, body: circular() }, 'fault.body must be JSON, got an object.'],
    [{ statuss: 500 }, 'Unknown option "fault.statuss".'],
    [{ status: 500, header: {} }, 'Did you mean "headers"?'],
    [{ body: {} }, 'fault must have a status for its body.'],
    [{ delayMs: 1, headers: {} }, 'fault must have a status for its headers.'],
    [{}, 'fault must have one of status, headers,'],
    [{ delayMs: -1 }, 'fault.delayMs must be a number from 0 to 2147483647, got -1.'],
    [{ slowBodyMs: 2 ** 31 }, 'fault.slowBodyMs must be a number from 0 to 2147483647, got 2147483648.'],
    [{ reset: 'during' }, 'fault.reset must be "before" or "after", got "during".'],
    [{ garbage: false }, 'fault.garbage must be true, got false.'],
    [{ omitTargets: 'bob' }, 'fault.omitTargets must be a number or a list of targets, got "bob".'],
    [null, 'fault must be an object with status,'],
  ])('throws at once when it cannot be applied: %o', (fault, text) => {
    expect(() => {
      emulator.failNext(fault as EmulatorFault);
    }).toThrow(text);
  });

  it.each([0, -1, 1.5, NaN, '2'])('throws at once for %j times', (times) => {
    expect(() => {
      emulator.failNext({ garbage: true }, times as number);
    }).toThrow(
      `times must be a whole number of 1 or more, or Infinity, got ${typeof times === 'string' ? JSON.stringify(times) : times}.`,
    );
  });
});

function circular(): object {
  const body: Record<string, unknown> = {};
  body['self'] = body;
  return body;
}

describe('a connection', () => {
  it('that is reset before the request is processed brings no message', async () => {
    emulator.failNext({ reset: 'before' });
    await expect(send()).rejects.toThrow('fetch failed');
    expect(emulator.messages).toEqual([]);
    expect(emulator.requests).toHaveLength(1);
    expect(emulator.requests[0]?.status).toBeUndefined();
  });

  it('that is reset after the request is processed brings the message', async () => {
    emulator.failNext({ reset: 'after' });
    await expect(send()).rejects.toThrow('fetch failed');
    expect(emulator.messages).toHaveLength(1);
  });

  it('that is cut during the response brings the message', async () => {
    emulator.failNext({ truncate: true });
    const response = await send();
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(emulator.messages).toHaveLength(1);
  });
});

describe('a response', () => {
  it('that is garbage comes after the message was accepted', async () => {
    emulator.failNext({ garbage: true });
    const response = await send();
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow(SyntaxError);
    expect(emulator.messages).toHaveLength(1);
  });

  it('can be compressed although the client does not ask for it', async () => {
    emulator.failNext({ gzip: true });
    const request = httpRequest(`${emulator.url}/easemob-demo/testapp/token`, { method: 'POST' });
    request.end();
    const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
    expect(response.headers['content-encoding']).toBe('gzip');
    const body = Buffer.concat((await response.toArray()) as Buffer[]);
    expect(body).toHaveLength(Number(response.headers['content-length']));
    expect(JSON.parse(gunzipSync(body).toString())).toMatchObject({ error: 'web_application' });
  });

  it('can redirect, and the request is not processed', async () => {
    emulator.failNext({ redirect: 'http://127.0.0.1:1/elsewhere' });
    const response = await send(['bob'], { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([
      302,
      'http://127.0.0.1:1/elsewhere',
    ]);
    expect(emulator.messages).toEqual([]);
  });

  it('can send its headers at once and its body slowly', async () => {
    emulator.failNext({ slowBodyMs: 200 });
    const start = performance.now();
    const response = await send();
    const headersMs = performance.now() - start;
    expect(await response.json()).toMatchObject({ data: { bob: 'success' } });
    expect(performance.now() - start - headersMs).toBeGreaterThan(100);
  });

  it('with a slow body can be aborted by the client', async () => {
    emulator.failNext({ slowBodyMs: 50 });
    await (await send()).body?.cancel();
    expect((await send()).status).toBe(200);
    expect(emulator.messages).toHaveLength(2);
  });

  it('can be delayed, and the message is accepted only then', async () => {
    emulator.failNext({ delayMs: 60 });
    const start = performance.now();
    const pending = send();
    await expect.poll(() => emulator.requests.length, { interval: 2 }).toBe(1);
    expect(emulator.messages).toEqual([]);
    expect((await pending).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThan(50);
    expect(emulator.messages).toHaveLength(1);
  });

  it('that is delayed can be aborted by the client, and the message is accepted anyway', async () => {
    emulator.failNext({ delayMs: 40 });
    await expect(send(['bob'], { signal: AbortSignal.timeout(10) })).rejects.toThrow('timeout');
    await expect.poll(() => emulator.messages.length, { interval: 2 }).toBe(1);
  });

  it('can be delayed and then fail', async () => {
    emulator.failNext({ status: 503, delayMs: 30 });
    const start = performance.now();
    expect((await send()).status).toBe(503);
    expect(performance.now() - start).toBeGreaterThan(25);
  });

  it.each([
    [1, { a: 'success', b: 'success' }],
    [['a', 'c'], { b: 'success' }],
    [9, {}],
  ])('can leave out targets: %j', async (omitTargets, data) => {
    emulator.failNext({ omitTargets });
    expect(await (await send(['a', 'b', 'c'])).json()).toMatchObject({ data });
    expect(emulator.messages.map(({ target }) => target)).toEqual(Object.keys(data).toSorted());
  });
});

async function statuses(count: number): Promise<number[]> {
  const seen: number[] = [];
  // oxlint-disable-next-line no-await-in-loop -- the order is what is tested
  for (let index = 0; index < count; index++) seen.push((await send()).status);
  return seen;
}

describe('the queue of faults', () => {
  it('applies each fault as often as it was asked to, in order', async () => {
    emulator.failNext({ status: 503 }, 2);
    emulator.failNext({ status: 500 });
    expect(await statuses(4)).toEqual([503, 503, 500, 200]);
  });

  it.each([
    [{ path: '/messages' }, 503],
    [{ path: '/easemob-demo/testapp/messages' }, 503],
    [{ path: '/message' }, 200],
    [{ path: '/chatfiles' }, 200],
    [{ path: /MESSAGES$/i }, 503],
    [{ path: /\/messages/g }, 503],
    [{ method: 'post' }, 503],
    [{ method: 'GET' }, 200],
    [{ path: '/messages', method: 'GET' }, 200],
  ])('compares POST /messages with %o, which gives %i', async (match, expected) => {
    emulator.failNext({ status: 503 }, 2, match);
    expect(await statuses(2)).toEqual([expected, expected]);
  });

  it('applies a path to everything below it', async () => {
    emulator.failNext({ status: 503 }, 1, { path: '/chatfiles/' });
    const response = await fetch(`${emulator.url}/easemob-demo/testapp/chatfiles/x`);
    expect(response.status).toBe(503);
  });

  it('keeps omitTargets for the next send', async () => {
    emulator.failNext({ omitTargets: 1 });
    expect(await appAuthorization(emulator)).toMatch(/^Bearer YWMt/);
    expect(await (await send()).json()).toMatchObject({ data: {} });
  });

  it('can be cleared', async () => {
    emulator.failNext({ status: 503 }, 5);
    emulator.clearFaults();
    expect(await statuses(1)).toEqual([200]);
  });
});
