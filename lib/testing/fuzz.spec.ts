import { once } from 'node:events';
import { connect } from 'node:net';

import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { appAuthorization } from '../../test/support/app-authorization.js';
import { EasemobEmulator } from './index.js';

const TIME_LIMIT_MS = 2000;

let emulator: EasemobEmulator;
let authorization: string;

beforeAll(async () => {
  emulator = await EasemobEmulator.start({ limits: { rate: false }, recordRequests: false });
  authorization = await appAuthorization(emulator);
});

afterAll(async () => {
  await emulator.stop();
});

const RESOURCES = [
  '/messages',
  '/messages?useMsgId=true',
  '/messages/users',
  '/messages/chatgroups',
  '/messages/chatrooms',
  '/token',
  '/users',
  '/users/bob',
  '/chatfiles',
  '/chatfiles/x',
];
const NAMES = [
  'target_type',
  'target',
  'to',
  'type',
  'msg',
  'body',
  'from',
  'ext',
  'url',
  'lat',
  'lng',
  'addr',
];
const MORE_NAMES = ['customExts', 'size', 'routetype', 'users', 'grant_type', 'username', 'password', 'ttl'];
const WORDS = [
  'users',
  'chatrooms',
  'txt',
  'img',
  'loc',
  'custom',
  'inherit',
  'password',
  'bob',
  '__proto__',
];

const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, 0, -1, 1.5, '', ...WORDS),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES, ...MORE_NAMES, '__proto__'), tie('value'), { maxKeys: 6 }),
  ),
})).value;

const contentType = fc.constantFrom(
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
);

const form = fc
  .array(
    fc.constantFrom('--x', '--x--', '\r\n', ': ', ';', '=', '"', 'Content-Disposition', 'name=file', '%'),
  )
  .map((pieces) => pieces.join(''));

const request = fc.record({
  method: fc.constantFrom('POST', 'GET', 'DELETE', 'PUT'),
  resource: fc.constantFrom(...RESOURCES),
  contentType,
  body: fc.oneof(
    value.map((json) => JSON.stringify(json)),
    form,
    fc.string({ unit: 'binary' }),
  ),
});

function bounded(property: fc.IAsyncProperty<unknown>): Promise<void> {
  // A failure prints its seed.
  return fc.assert(property, { numRuns: 1000, interruptAfterTimeLimit: TIME_LIMIT_MS });
}

it('never fails itself, whatever a request holds', async () => {
  await bounded(
    fc.asyncProperty(request, async ({ method, resource, contentType: type, body }) => {
      const response = await fetch(`${emulator.url}/easemob-demo/testapp${resource}`, {
        method,
        headers: { authorization, 'content-type': type, 'thumbnail-width': 'x' },
        ...(method === 'GET' ? {} : { body: Buffer.from(body) }),
      });
      expect(await response.text()).not.toContain('internal_error');
    }),
  );
});

it('survives any bytes', async () => {
  const pieces = fc.constantFrom(
    'POST /easemob-demo/testapp/messages HTTP/1.1\r\n',
    'GET http://x/%zz?%zz HTTP/1.0\r\n',
    'host: x\r\n',
    'content-length: 3\r\n',
    'content-length: -1\r\n',
    'transfer-encoding: chunked\r\n',
    'expect: 100-continue\r\n',
    'connection: close\r\n',
    '\r\n',
    '3\r\nabc\r\n',
    '0\r\n\r\n',
    '\u0000\u00ff',
  );
  await bounded(
    fc.asyncProperty(fc.array(pieces, { maxLength: 12 }), fc.boolean(), async (bytes, isReset) => {
      const socket = connect(emulator.port, '127.0.0.1');
      socket.on('error', () => undefined).resume();
      await once(socket, 'connect');
      socket.write(Buffer.from(bytes.join(''), 'latin1'));
      if (isReset) socket.resetAndDestroy();
      else socket.end();
      if (!socket.closed) await once(socket, 'close');
    }),
  );
  expect(await appAuthorization(emulator)).toMatch(/^Bearer YWMt/);
});
