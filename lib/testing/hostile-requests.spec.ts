import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { appAuthorization } from '../../test/support/app-authorization.js';
import { EasemobEmulator } from './index.js';
import { MessageStore } from './message-store.js';

const APP = '/easemob-demo/testapp';
const JSON_TYPE = 'application/json';
const MULTIPART = 'multipart/form-data; boundary=x';
const TEXT = { target_type: 'users', target: ['bob'], msg: { type: 'txt', msg: 'hi' } };
const CURRENT = { to: ['bob'], type: 'txt', body: { msg: 'hi' } };

let emulator: EasemobEmulator;
let authorization: string;

beforeAll(async () => {
  emulator = await EasemobEmulator.start({ limits: { rate: false } });
  authorization = await appAuthorization(emulator);
});

beforeEach(() => {
  emulator.reset();
});

/** An error that nobody handles would end the process: the test runner then fails the run. */
afterEach(async () => {
  const [status] = await post('/messages', JSON.stringify(TEXT));
  expect(status).toBe(200);
});

afterAll(async () => {
  await emulator.stop();
});

async function post(
  resource: string,
  body: string | Buffer,
  contentType = JSON_TYPE,
): Promise<[status: number, error: unknown]> {
  const response = await fetch(`${emulator.url}${APP}${resource}`, {
    method: 'POST',
    headers: { authorization, 'content-type': contentType },
    body: Buffer.from(body),
  });
  const text = await response.text();
  return [response.status, text === '' ? undefined : (JSON.parse(text) as { error: unknown }).error];
}

/** Objects within objects, `depth` of them. */
function nested(depth: number): string {
  return `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;
}

function withField(message: object, name: string, json: string): string {
  return `${JSON.stringify(message).slice(0, -1)},"${name}":${json}}`;
}

describe('a documented error is the response to', () => {
  const deepList = `${'['.repeat(24_000)}${']'.repeat(24_000)}`;
  const badUtf8 = Buffer.from(JSON.stringify(TEXT).replace('hi', '\u00ff'), 'latin1');
  const manyParts = '--x\r\n\r\n\r\n'.repeat(100_000);
  const file = 'Content-Disposition: form-data; name="file"';

  const rows: [string, number, string | undefined, string, string | Buffer, string?][] = [
    ['24,000 lists', 400, 'json_parse', '/messages', withField(TEXT, 'ext', deepList)],
    ['24,000 lists', 400, 'invalid_request_body', '/messages/users', withField(CURRENT, 'ext', deepList)],
    ['24,000 lists', 400, 'json_parse', '/token', deepList],
    ['24,000 lists', 400, 'json_parse', '/users', deepList],
    ['8,000 objects', 400, 'json_parse', '/messages', withField(TEXT, 'ext', nested(8000))],
    ['1,000 levels', 400, 'json_parse', '/messages', withField(TEXT, 'ext', nested(1000))],
    ['bytes that are no UTF-8', 400, 'json_parse', '/messages', badUtf8],
    ['a body of 12 MB', 413, undefined, '/messages', ' '.repeat(12_000_000)],
    ['a body of 12 MB', 413, undefined, '/messages/users', '['.repeat(12_000_000)],
    ['a body of 12 MB', 413, undefined, '/token', ' '.repeat(12_000_000)],
    ['a body of 12 MB', 413, undefined, '/users', ' '.repeat(12_000_000)],
    ['100,000 parts', 400, 'illegal_argument', '/chatfiles', `${manyParts}--x--`, MULTIPART],
    [
      'part headers of 20 KB',
      400,
      'illegal_argument',
      '/chatfiles',
      `--x\r\n${file}; filename="${'a'.repeat(20_000)}"\r\n\r\nabc\r\n--x--`,
      MULTIPART,
    ],
    [
      'a boundary of 8,000 characters',
      400,
      'illegal_argument',
      '/chatfiles',
      `--${'x'.repeat(8000)}\r\n${file}\r\n\r\nabc\r\n--${'x'.repeat(8000)}--`,
      `multipart/form-data; boundary=${'x'.repeat(8000)}`,
    ],
  ];

  it.each(rows)('%s: %i %s of %s', async (_what, status, error, resource, body, contentType) => {
    expect(await post(resource, body, contentType)).toEqual([status, error]);
  });
});

it('accepts JSON of 1,000 levels', async () => {
  expect(await post('/messages', withField(TEXT, 'ext', nested(999)))).toEqual([200, undefined]);
});

/** Writes bytes to the emulator and returns all it responds with until it closes the connection, or until `isDone`. */
async function exchange(
  bytes: string | Buffer,
  isDone: (received: string) => boolean = () => false,
): Promise<string> {
  const socket = await opened();
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
    if (isDone(received)) socket.destroy();
  });
  const closed = new Promise((resolve) => void socket.once('close', resolve));
  socket.write(bytes);
  await closed;
  return received;
}

async function opened(): Promise<Socket> {
  const socket = connect(emulator.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function head(resource: string, ...headers: readonly string[]): string {
  return [`POST ${APP}${resource} HTTP/1.1`, 'host: x', ...headers, '', ''].join('\r\n');
}

describe('the connection is closed after', () => {
  it.each([
    ['bytes that are no HTTP', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000'.repeat(20), '400'],
    ['an unknown method', `BREW ${APP}/messages HTTP/1.1\r\nhost: x\r\n\r\n`, '400'],
    ['two lengths', head('/messages', 'content-length: 1', 'transfer-encoding: chunked'), '400'],
    ['a length that is no number', head('/messages', 'content-length: 1e9'), '400'],
    ['a chunk that is no chunk', `${head('/messages', 'transfer-encoding: chunked')}zz\r\n`, '400'],
    ['headers of 100 KB', head('/messages', `x: ${'a'.repeat(100_000)}`), '431'],
    ['a header with a control character', head('/messages', 'x: \u0001'), '400'],
    ['no host', `POST ${APP}/messages HTTP/1.1\r\n\r\n`, '400'],
  ])('%s', async (_what, bytes, status) => {
    expect((await exchange(bytes)).split(' ', 2)).toEqual(['HTTP/1.1', status]);
  });

  it('a request to tunnel', async () => {
    expect(await exchange('CONNECT x:443 HTTP/1.1\r\nhost: x\r\n\r\n')).toBe('');
  });
});

describe('the emulator survives', () => {
  it.each([
    ['headers', head('/messages', 'content-length: 10').slice(0, -2)],
    ['a body', `${head('/messages', 'content-length: 10')}abc`],
    ['a chunk', `${head('/chatfiles', 'transfer-encoding: chunked')}ffff\r\nabc`],
  ])('half of %s, and then a reset or an end', async (_what, bytes) => {
    const [reset, end] = [await opened(), await opened()];
    for (const socket of [reset, end]) socket.write(bytes);
    reset.resetAndDestroy();
    end.end();
    await once(end.resume(), 'close');
  });

  it('a client that is gone when its response is written', async () => {
    emulator.failNext({ slowBodyMs: 20 });
    emulator.failNext({ delayMs: 20 });
    emulator.failNext({ truncate: true, delayMs: 20 });
    emulator.failNext({ garbage: true, delayMs: 20 });
    for (let count = 0; count < 4; count++) {
      // oxlint-disable-next-line no-await-in-loop -- the faults apply in this order
      const socket = await opened();
      socket.write(head('/messages', 'content-length: 0'));
      // oxlint-disable-next-line no-await-in-loop -- as above
      await expect.poll(() => emulator.requests.length, { interval: 2 }).toBe(count + 1);
      socket.resetAndDestroy();
    }
    await new Promise((resolve) => void setTimeout(resolve, 80));
  });

  it('a protocol upgrade that it does not know', async () => {
    const upgrade = head('/nothing', 'connection: upgrade', 'upgrade: websocket', 'content-length: 0');
    expect(await exchange(upgrade, (received) => received.includes('\r\n\r\n'))).toMatch(/^HTTP\/1\.1 [45]/);
  });
});

describe('pipelined requests', () => {
  const request = head('/nothing', 'content-length: 0');

  it('get their responses in order', async () => {
    const targets = Array.from({ length: 50 }, (_, index) => `u${index}`);
    const requests = targets.map((target) => {
      const body = JSON.stringify({ ...TEXT, target: [target] });
      const headers = [`authorization: ${authorization}`, `content-type: ${JSON_TYPE}`];
      return `${head('/messages', ...headers, `content-length: ${body.length}`)}${body}`;
    });
    const received = await exchange(requests.join(''), (part) => part.includes('"u49"'));
    expect([...received.matchAll(/"(u\d+)":"success"/g)].map(([, target]) => target)).toEqual(targets);
  });

  it('are all reset by a reset of the second while the first waits', async () => {
    emulator.failNext({ delayMs: 5000 });
    emulator.failNext({ reset: 'before' });
    expect(await exchange(`${request}${request}`)).toBe('');
  });
});

it('responds with 500 to a request on which it fails itself', async () => {
  const add = vi.spyOn(MessageStore.prototype, 'add').mockImplementation(() => {
    throw new RangeError('out of IDs');
  });
  const response = await fetch(`${emulator.url}${APP}/messages`, {
    method: 'POST',
    headers: { authorization, 'content-type': JSON_TYPE },
    body: JSON.stringify(TEXT),
  });
  add.mockRestore();
  expect([response.status, await response.json()]).toMatchObject([
    500,
    {
      error: 'internal_error',
      exception: 'RangeError',
      error_description: 'The emulator failed: out of IDs',
    },
  ]);
  expect(emulator.requests[0]?.status).toBe(500);
});
