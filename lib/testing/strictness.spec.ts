import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { appAuthorization } from '../../test/support/app-authorization.js';
import { EasemobEmulator, type EmulatorStrictness } from './index.js';

const STRICTNESS = ['documented', 'observed'] as const;
const FILE = 'https://a1.easemob.com/easemob-demo/testapp/chatfiles/0f3c9a10';

let emulators: Record<EmulatorStrictness, EasemobEmulator>;

beforeAll(async () => {
  const [documented, observed] = await Promise.all(
    STRICTNESS.map((strictness) => EasemobEmulator.start({ strictness, limits: { rate: false } })),
  );
  emulators = { documented, observed } as typeof emulators;
});

beforeEach(() => {
  for (const strictness of STRICTNESS) emulators[strictness].reset();
});

afterAll(async () => {
  await Promise.all(STRICTNESS.map((strictness) => emulators[strictness].stop()));
});

async function post(strictness: EmulatorStrictness, resource: string, body: object): Promise<number> {
  const emulator = emulators[strictness];
  const response = await fetch(`${emulator.url}/easemob-demo/testapp${resource}`, {
    method: 'POST',
    headers: { authorization: await appAuthorization(emulator), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  return response.status;
}

const legacy = { target_type: 'users', target: ['bob'], from: 'alice' };
const current = { to: ['bob'], from: 'alice' };
const text = { type: 'txt', body: { msg: 'hi' } };

/** The SDK that sends it, the resource, the request, and what is recorded of it. */
const requests: readonly (readonly [sdk: string, resource: string, request: object, recorded: object])[] = [
  [
    'PHP: a command without an action',
    '/messages',
    { ...legacy, msg: { type: 'cmd', event: 'notification' } },
    { type: 'cmd', body: { event: 'notification' } },
  ],
  [
    'PHP: a file by its uuid',
    '/messages',
    { ...legacy, msg: { type: 'file', uuid: '0f3c9a10', filename: 'a.pdf', secret: 's' } },
    { type: 'file', body: { uuid: '0f3c9a10', filename: 'a.pdf', secret: 's' } },
  ],
  [
    'Java 1.x: the old name of a text',
    '/messages',
    { ...legacy, msg: { type: 'text', msg: 'hi' } },
    { type: 'txt', msg: { type: 'txt', msg: 'hi' }, body: { msg: 'hi' } },
  ],
  [
    'Java 1.x: the old name of a URL',
    '/messages',
    { ...legacy, msg: { type: 'img', remotePath: FILE, filename: 'a.jpg', file_length: 7 } },
    { type: 'img', body: { remotePath: FILE, filename: 'a.jpg', file_length: 7 } },
  ],
  [
    'Java: degrees in numbers',
    '/messages/users',
    { ...current, type: 'loc', body: { lat: 39.966, lng: -116.322, addr: 'x' } },
    { type: 'loc', body: { lat: 39.966, lng: -116.322, addr: 'x' } },
  ],
  [
    'Java: a command with parameters alone',
    '/messages/users',
    { ...current, type: 'cmd', body: { param: { loud: true } } },
    { type: 'cmd', body: { param: { loud: true } } },
  ],
  [
    'Java: attributes of any simple type',
    '/messages/users',
    { ...current, type: 'custom', body: { customEvent: 'e', customExts: { a: 1, b: true, c: 1.5, d: '' } } },
    { type: 'custom', body: { customEvent: 'e', customExts: { a: 1, b: true, c: 1.5, d: '' } } },
  ],
  [
    'Go: null for no ext, and an empty route type',
    '/messages/users',
    { ...current, ...text, ext: null, sync_device: true, routetype: '' },
    { type: 'txt', syncDevice: true, body: { msg: 'hi' } },
  ],
  [
    'Go: null for no attributes',
    '/messages/chatgroups',
    { ...current, type: 'custom', body: { customEvent: 'e', customExts: null }, ext: null },
    { type: 'custom', body: { customEvent: 'e' } },
  ],
];

describe('what the SDKs of the vendor send', () => {
  it.each(requests)(
    'is taken as observed and refused as documented; %s',
    async (_sdk, path, request, recorded) => {
      expect(await post('observed', path, request)).toBe(200);
      const [message] = emulators.observed.messages;
      expect(message).toMatchObject({ target: 'bob', from: 'alice', ...recorded });
      expect(message?.body).toEqual((recorded as { body: object }).body);
      expect(message).not.toHaveProperty('ext');
      expect(message).not.toHaveProperty('routetype');

      expect(await post('documented', path, request)).toBe(400);
      expect(emulators.documented.messages).toEqual([]);
    },
  );
});

describe('an observed emulator', () => {
  it.each<[string, string, object]>([
    ['an upload without any address', '/messages', { ...legacy, msg: { type: 'file', uuid: '' } }],
    ['an upload whose uuid is a number', '/messages', { ...legacy, msg: { type: 'file', uuid: 7 } }],
    ['an upload whose URL is a number', '/messages', { ...legacy, msg: { type: 'file', uuid: 'u', url: 7 } }],
    ['degrees beyond the limit', '/messages', { ...legacy, msg: { type: 'loc', lat: 91, lng: 0, addr: '' } }],
    ['an action that is no text', '/messages', { ...legacy, msg: { type: 'cmd', action: 7 } }],
    ['null for a required field', '/messages', { ...legacy, target: null, msg: { type: 'txt', msg: 'hi' } }],
    ['null for a required text', '/messages', { ...legacy, msg: { type: 'txt', msg: null } }],
    ['null for an ID', '/messages', { ...legacy, target: [null], msg: { type: 'txt', msg: 'hi' } }],
    ['an empty sender', '/messages', { ...legacy, from: '', msg: { type: 'txt', msg: 'hi' } }],
    ['users without a directed route', '/messages/users', { ...current, ...text, users: ['carol'] }],
    [
      'an attribute that is an object',
      '/messages/users',
      { ...current, type: 'custom', body: { customEvent: 'e', customExts: { a: {} } } },
    ],
  ])('still refuses %s', async (_what, resource, request) => {
    expect(await post('observed', resource, request)).toBe(400);
    expect(emulators.observed.messages).toEqual([]);
  });
});

it('is documented by default', async () => {
  await using emulator = await EasemobEmulator.start();
  const response = await fetch(`${emulator.url}/easemob-demo/testapp/messages`, {
    method: 'POST',
    headers: { authorization: await appAuthorization(emulator), 'content-type': 'application/json' },
    body: JSON.stringify({ ...legacy, msg: { type: 'cmd' } }),
  });
  expect(response.status).toBe(400);
});
