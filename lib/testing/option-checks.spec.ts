import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { describe, expect, it } from 'vitest';

import { EasemobEmulator, type EasemobEmulatorOptions } from './index.js';

/** What the emulator says instead of starting; `started` when it starts. */
async function refusal(options: unknown): Promise<string> {
  try {
    await using emulator = await EasemobEmulator.start(options as EasemobEmulatorOptions);
    return `started at ${emulator.url}`;
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as TypeError).message;
  }
}

const ROUTES = 'users, chatgroups, chatrooms, files, token';
const LIMITS =
  'rate, rateWindow, rateWindowOffsetMs, volumeCheck, targets, requestBytes, messageBytes, uploadBytes';
const OPTIONS =
  'port, appKey, clientId, clientSecret, tokenTtlSeconds, limits, strictness, recordRequests, recordMessages';

describe('an option of the emulator is refused in a sentence that names it, what came and the cure', () => {
  it.each<[unknown, string]>([
    [{ port: '8080' }, 'port must be a whole number from 0 to 65535, got "8080".'],
    [{ port: 65_536 }, 'port must be a whole number from 0 to 65535, got 65536.'],
    [{ port: null }, 'port must be a whole number from 0 to 65535, got null.'],
    [{ appKey: 'demo' }, 'appKey must look like "org#app", got "demo".'],
    [{ appKey: 'a/b#c' }, 'appKey must look like "org#app", got "a/b#c".'],
    [{ appKey: 'YXA6abc' }, 'appKey must look like "org#app", got a string.'],
    [{ appKey: `${'a'.repeat(100)}#` }, `appKey must look like "org#app", got "${'a'.repeat(60)}…".`],
    [{ clientId: '' }, 'clientId must be a non-empty string, got an empty string.'],
    [{ clientSecret: 7 }, 'clientSecret must be a non-empty string, got a number.'],
    [{ tokenTtlSeconds: -1 }, 'tokenTtlSeconds must be a whole number of 0 or more, got -1.'],
    [{ tokenTtlSeconds: Infinity }, 'tokenTtlSeconds must be a whole number of 0 or more, got Infinity.'],
    [{ strictness: 'strict' }, 'strictness must be "documented" or "observed", got "strict".'],
    [{ recordRequests: 'no' }, 'recordRequests must be true or false, got "no".'],
    [{ recordMessages: 0 }, 'recordMessages must be true or false, got 0.'],
    [{ limits: 5 }, `limits must be an object with ${LIMITS}, got 5.`],
    [{ limits: [] }, `limits must be an object with ${LIMITS}, got an array.`],
    [{ limits: { rate: true } }, `limits.rate must be false or an object with ${ROUTES}, got true.`],
    [
      { limits: { rate: { users: 100 } } },
      'limits.rate.users must be an object with callsPerSecond, messages, got 100.',
    ],
    [
      { limits: { rate: { users: { callsPerSecond: NaN } } } },
      'limits.rate.users.callsPerSecond must be a number of 0 or more, or Infinity, got NaN.',
    ],
    [
      { limits: { rate: { files: { messages: { count: 1 } } } } },
      'limits.rate.files.messages.windowMs must be a number above 0, got undefined.',
    ],
    [{ limits: { rateWindow: 'slide' } }, 'limits.rateWindow must be "sliding" or "fixed", got "slide".'],
    [
      { limits: { rateWindowOffsetMs: Infinity } },
      'limits.rateWindowOffsetMs must be a number, got Infinity.',
    ],
    [{ limits: { volumeCheck: {} } }, 'limits.volumeCheck must be "before" or "after", got an object.'],
    [
      { limits: { targets: { users: '600' } } },
      'limits.targets.users must be a number of 0 or more, or Infinity, got "600".',
    ],
    [
      { limits: { messageBytes: { txt: -1 } } },
      'limits.messageBytes.txt must be a number of 0 or more, or Infinity, got -1.',
    ],
    [
      { limits: { requestBytes: '5k' } },
      'limits.requestBytes must be a number of 0 or more, or Infinity, got "5k".',
    ],
    ['fast', `The options must be an object with ${OPTIONS}, got "fast".`],
    [null, `The options must be an object with ${OPTIONS}, got null.`],
  ])('%j', async (options, problem) => {
    expect(await refusal(options)).toBe(`EasemobEmulator cannot start:\n  - ${problem}`);
  });

  it.each([
    [{ prot: 1 }, `Unknown option "prot". Expected one of: ${OPTIONS}. Did you mean "port"?`],
    [{ clientID: 'x' }, `Unknown option "clientID". Expected one of: ${OPTIONS}. Did you mean "clientId"?`],
    [{ frobnicate: 1 }, `Unknown option "frobnicate". Expected one of: ${OPTIONS}.`],
    [
      { limits: { uploadbyte: 1 } },
      `Unknown option "limits.uploadbyte". Expected one of: ${LIMITS}. Did you mean "uploadBytes"?`,
    ],
    [
      { limits: { rate: { user: {} } } },
      `Unknown option "limits.rate.user". Expected one of: ${ROUTES}. Did you mean "users"?`,
    ],
  ])('unknown: %j', async (options, problem) => {
    expect(await refusal(options)).toBe(`EasemobEmulator cannot start:\n  - ${problem}`);
  });

  it('together with every other one', async () => {
    const text = await refusal({
      port: -1,
      appKey: '',
      limits: { rat: 1, uploadBytes: 'x' },
      recordRequests: 1,
    });
    expect(text.split('\n').map((line) => /^ {2}- (?:Unknown option )?"?([\w.]+)/.exec(line)?.[1])).toEqual([
      undefined,
      'port',
      'appKey',
      'limits.rat',
      'limits.uploadBytes',
      'recordRequests',
    ]);
  });
});

it.each<[EasemobEmulatorOptions]>([
  [{}],
  [{ port: undefined, appKey: undefined, limits: { rate: undefined, targets: { users: undefined } } }],
  [{ limits: { rate: false, requestBytes: Infinity, messageBytes: { txt: Infinity }, uploadBytes: 0 } }],
  [{ limits: { rate: { users: { callsPerSecond: 0.5, messages: { count: 1, windowMs: 0.1 } } } } }],
])('takes %o', async (options) => {
  expect(await refusal(options)).toMatch(/^started/);
});

describe('a port', () => {
  it('that is taken is named, with the option and the cure', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await expect(EasemobEmulator.start({ port })).rejects.toMatchObject({
      message: `Port ${port} is in use (EADDRINUSE); choose another "port", or leave it out to take a free one.`,
      code: 'EADDRINUSE',
      cause: { code: 'EADDRINUSE' },
    });
    taken.close();
  });
});
