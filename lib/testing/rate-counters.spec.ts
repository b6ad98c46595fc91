import { describe, expect, it } from 'vitest';

import { EasemobEmulator, type EmulatorLimits } from './index.js';
import { Limits, type RouteGroup } from './limits.js';
import { RateCounters } from './rate-counters.js';
import { Refusal } from './refusal.js';

function gatesWith(limits: EmulatorLimits = {}): RateCounters {
  return new RateCounters(new Limits(limits), limits);
}

/** The status of one request after the other: 200 where it is let through. */
function statuses(
  gates: RateCounters,
  family: RouteGroup,
  calls: readonly (readonly [at: number, messages: number])[],
): number[] {
  return calls.map(([at, messages]) => {
    try {
      gates.admit(family, at, messages);
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
  it('let the 7th call of three groups in a second pass, and refuse the 8th', () => {
    const gates = gatesWith();
    expect(statuses(gates, 'chatgroups', repeat(8, [0, 3]))).toEqual([...repeat(7, 200), 403]);
    expect(
      statuses(gates, 'chatgroups', [
        [999, 1],
        [1000, 3],
      ]),
    ).toEqual([403, 200]);
  });

  it('let 6000 messages to users pass in a minute', () => {
    const gates = gatesWith();
    expect(statuses(gates, 'users', repeat(11, [0, 600]))).toEqual([...repeat(10, 200), 403]);
    expect(
      statuses(gates, 'users', [
        [59_999, 1],
        [60_000, 1],
      ]),
    ).toEqual([403, 200]);
    expect(gates.refusals).toEqual({ calls: 0, messages: 2 });
  });

  it.each([
    ['users', 100, 1],
    ['chatgroups', 20, 0],
    ['chatrooms', 100, 0],
    ['files', 100, 0],
    ['token', 300, 0],
  ] as const)('let %s be called %i times a second', (family, calls, messages) => {
    const gates = gatesWith();
    expect(statuses(gates, family, repeat(calls + 1, [0, messages]))).toEqual([...repeat(calls, 200), 429]);
    expect(statuses(gates, family, [[1000, messages]])).toEqual([200]);
    expect(gates.refusals).toEqual({ calls: 1, messages: 0 });
  });
});

describe('options', () => {
  const rate = { users: { callsPerSecond: 1000, messages: { count: 10, windowMs: 60_000 } } };

  it.each([
    ['before', [200, 200, 403]],
    ['after', [200, 403, 200]],
  ] as const)('check the volume %s the call', (volumeCheck, expected) => {
    expect(
      statuses(gatesWith({ rate, volumeCheck }), 'users', [
        [0, 9],
        [1, 2],
        [2, 1],
      ]),
    ).toEqual(expected);
  });

  it('align fixed windows', () => {
    const gates = gatesWith({ rate, rateWindow: 'fixed', rateWindowOffsetMs: 500 });
    const calls = [
      [499, 10],
      [500, 10],
      [60_499, 1],
      [60_500, 1],
    ] as const;
    expect(statuses(gates, 'users', calls)).toEqual([200, 200, 403, 200]);
  });

  it.each([
    [{ rate: false }],
    [{ rate: { users: { callsPerSecond: Infinity, messages: { count: Infinity, windowMs: 1 } } } }],
  ] as [EmulatorLimits][])('switch limits off: %j', (limits) => {
    expect(new Set(statuses(gatesWith(limits), 'users', repeat(1000, [0, 600])))).toEqual(new Set([200]));
  });

  it('keep calls that were refused from counting', () => {
    const gates = gatesWith({ rate: { users: { callsPerSecond: 2 } } });
    expect(
      statuses(gates, 'users', [
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
  const { clientId: client_id, clientSecret: client_secret } = emulator.moduleOptions;
  const app = `${emulator.url}/easemob-demo/testapp`;
  const headers = { 'content-type': 'application/json' };
  const credentials = { grant_type: 'client_credentials', client_id, client_secret };
  const granted = await fetch(`${app}/token`, {
    method: 'POST',
    headers,
    body: JSON.stringify(credentials),
  });
  const { access_token } = (await granted.json()) as { access_token: string };
  const legacy = { target_type: 'users', target: targets, msg: { type: 'txt', msg: 'hi' } };
  const current = { to: targets, type: 'txt', body: { msg: 'hi' } };
  return fetch(`${app}${resource}`, {
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${access_token}` },
    body: JSON.stringify(resource === '/messages' ? legacy : current),
  });
}

describe('over HTTP', () => {
  it('both APIs share the limit of their targets, until the clock is advanced or the emulator reset', async () => {
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

  it('too many calls are answered 429, unless the message itself is refused', async () => {
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
