import { describe, expect, it } from 'vitest';

import { appAuthorization } from '../../test/support/app-authorization.js';
import { EasemobEmulator, type EmulatorLimits } from './index.js';
import { Limits, type RouteGroup } from './limits.js';
import { RateCounters } from './rate-counters.js';
import { Refusal } from './refusal.js';

function countersWith(limits: EmulatorLimits = {}): RateCounters {
  return new RateCounters(new Limits(limits), limits);
}

/** The status of each request in turn: 200 where it is admitted. */
function statuses(
  counters: RateCounters,
  family: RouteGroup,
  calls: readonly (readonly [at: number, messages: number])[],
): number[] {
  return calls.map(([at, messages]) => {
    try {
      counters.admit(family, at, messages);
      return 200;
    } catch (error) {
      return error instanceof Refusal ? error.status : 0;
    }
  });
}

function repeat<Value>(times: number, value: Value): Value[] {
  return Array.from({ length: times }, () => value);
}

describe('the documented rates', () => {
  it('admit the 7th call to three groups in a second and refuse the 8th', () => {
    const counters = countersWith();
    expect(statuses(counters, 'chatgroups', repeat(8, [0, 3]))).toEqual([...repeat(7, 200), 403]);
    expect(
      statuses(counters, 'chatgroups', [
        [999, 1],
        [1000, 3],
      ]),
    ).toEqual([403, 200]);
  });

  it('admit 6000 messages to users in a minute', () => {
    const counters = countersWith();
    expect(statuses(counters, 'users', repeat(11, [0, 600]))).toEqual([...repeat(10, 200), 403]);
    expect(
      statuses(counters, 'users', [
        [59_999, 1],
        [60_000, 1],
      ]),
    ).toEqual([403, 200]);
    expect(counters.refusals).toEqual({ calls: 0, messages: 2 });
  });

  it.each([
    ['users', 100, 1],
    ['chatgroups', 20, 0],
    ['chatrooms', 100, 0],
    ['files', 100, 0],
    ['token', 300, 0],
  ] as const)('admit %s %i times a second', (family, calls, messages) => {
    const counters = countersWith();
    expect(statuses(counters, family, repeat(calls + 1, [0, messages]))).toEqual([
      ...repeat(calls, 200),
      429,
    ]);
    expect(statuses(counters, family, [[1000, messages]])).toEqual([200]);
    expect(counters.refusals).toEqual({ calls: 1, messages: 0 });
  });
});

describe('the option', () => {
  const rate = { users: { callsPerSecond: 1000, messages: { count: 10, windowMs: 60_000 } } };

  it.each([
    ['before', [200, 200, 403]],
    ['after', [200, 403, 200]],
  ] as const)('volumeCheck checks the volume %s the call', (volumeCheck, expected) => {
    expect(
      statuses(countersWith({ rate, volumeCheck }), 'users', [
        [0, 9],
        [1, 2],
        [2, 1],
      ]),
    ).toEqual(expected);
  });

  it('rateWindowOffsetMs moves fixed windows', () => {
    const counters = countersWith({ rate, rateWindow: 'fixed', rateWindowOffsetMs: 500 });
    const calls = [
      [499, 10],
      [500, 10],
      [60_499, 1],
      [60_500, 1],
    ] as const;
    expect(statuses(counters, 'users', calls)).toEqual([200, 200, 403, 200]);
  });

  it.each([
    [{ rate: false }],
    [{ rate: { users: { callsPerSecond: Infinity, messages: { count: Infinity, windowMs: 1 } } } }],
  ] as [EmulatorLimits][])('rate switches limits off: %o', (limits) => {
    expect(new Set(statuses(countersWith(limits), 'users', repeat(1000, [0, 600])))).toEqual(new Set([200]));
  });

  it('callsPerSecond does not count a refused call', () => {
    const counters = countersWith({ rate: { users: { callsPerSecond: 2 } } });
    expect(
      statuses(counters, 'users', [
        [0, 1],
        [1, 1],
        [900, 1],
        [1000, 1],
        [1001, 1],
      ]),
    ).toEqual([200, 200, 429, 200, 200]);
  });
});

async function send(
  emulator: EasemobEmulator,
  resource: string,
  targets: readonly string[],
): Promise<Response> {
  const legacy = { target_type: 'users', target: targets, msg: { type: 'txt', msg: 'hi' } };
  const current = { to: targets, type: 'txt', body: { msg: 'hi' } };
  return fetch(`${emulator.url}/easemob-demo/testapp${resource}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: await appAuthorization(emulator),
    },
    body: JSON.stringify(resource === '/messages' ? legacy : current),
  });
}

describe('over HTTP', () => {
  it('both APIs share the limit of a target type, which advance() and reset() renew', async () => {
    const rate = { users: { messages: { count: 2, windowMs: 60_000 } } };
    await using emulator = await EasemobEmulator.start({ limits: { rate } });
    expect((await send(emulator, '/messages', ['a', 'b'])).status).toBe(200);
    const refused = await send(emulator, '/messages/users', ['c']);
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      { error: 'message_send_error', error_description: 'message send reach limit' },
    ]);
    expect((await send(emulator, '/messages/chatrooms', ['c'])).status).toBe(200);
    expect(emulator.refusals).toEqual({ calls: 0, messages: 1 });
    emulator.advance(60_000);
    expect((await send(emulator, '/messages/users', ['c', 'd'])).status).toBe(200);
    expect((await send(emulator, '/messages/users', ['e'])).status).toBe(403);
    emulator.reset();
    expect(emulator.refusals).toEqual({ calls: 0, messages: 0 });
    expect((await send(emulator, '/messages/users', ['e'])).status).toBe(200);
  });

  it('too many calls get 429, and an illegal message gets 400 before that', async () => {
    await using emulator = await EasemobEmulator.start({
      limits: { rate: { users: { callsPerSecond: 0 } } },
    });
    expect((await send(emulator, '/messages', [])).status).toBe(400);
    const refused = await send(emulator, '/messages', ['a']);
    expect([refused.status, await refused.json()]).toMatchObject([
      429,
      { error: 'reach_limit', error_description: 'This request has reached api limit' },
    ]);
    expect(emulator.refusals).toEqual({ calls: 1, messages: 0 });
  });
});
