import { describe, expect, it } from 'vitest';

import { readCurrentMessage } from './current-message.js';
import { readLegacyMessage } from './legacy-message.js';
import { Limits } from './limits.js';

describe('the documented limits', () => {
  const limits = new Limits();

  it.each([
    ['users', { callsPerSecond: 100, messages: { count: 6000, windowMs: 60_000 } }],
    ['chatgroups', { callsPerSecond: 20, messages: { count: 20, windowMs: 1000 } }],
    ['chatrooms', { callsPerSecond: 100, messages: { count: 100, windowMs: 1000 } }],
    ['files', { callsPerSecond: 100 }],
    ['token', { callsPerSecond: 300 }],
  ] as const)('have the rate of %s', (family, rate) => {
    expect(limits.rate(family)).toEqual(rate);
  });

  it('have the size of an upload', () => {
    expect(limits.uploadBytes).toBe(10_485_760);
  });
});

describe('limits from the options', () => {
  const limits = new Limits({
    rate: { users: { callsPerSecond: 5 } },
    targets: { users: 1 },
    requestBytes: { txt: 100_000 },
    messageBytes: 30,
    uploadBytes: 7,
  });
  const state = { limits, strictness: 'documented' } as const;
  const message = { target_type: 'users', target: ['a'], msg: { type: 'txt', msg: 'x' } };

  it('replace the documented ones, one figure at a time', () => {
    expect(limits.rate('users')).toEqual({ callsPerSecond: 5, messages: { count: 6000, windowMs: 60_000 } });
    expect(limits.rate('files')).toEqual({ callsPerSecond: 100 });
    expect([limits.requestBytes('txt'), limits.requestBytes('img')]).toEqual([100_000, 5120]);
    expect([limits.largestRequestBytes, limits.uploadBytes]).toEqual([100_000, 7]);
  });

  it('keep the documented ones where they are undefined', () => {
    const given = new Limits({
      rate: { users: { callsPerSecond: undefined, messages: undefined }, files: undefined },
      targets: { users: undefined },
      requestBytes: { txt: undefined },
      messageBytes: undefined,
      uploadBytes: undefined,
    });
    expect(given.rate('users')).toEqual(new Limits().rate('users'));
    expect(given.rate('files')).toEqual(new Limits().rate('files'));
    expect([given.targets('legacy', 'users'), given.requestBytes('txt')]).toEqual([600, 51_200]);
    expect([given.messageBytes('legacy', 'txt'), given.uploadBytes]).toEqual([40_960, 10_485_760]);
  });

  it('can switch every rate limit off', () => {
    expect(new Limits({ rate: false }).rate('users')).toBeUndefined();
  });

  it.each([
    ['targets', { ...message, target: ['a', 'b'] }, "params target's size can't exceed limit 1"],
    ['message bytes', { ...message, ext: { a: 1 } }, 'message is too large'],
  ])('count for the %s of a message of the legacy API', (_what, value, text) => {
    expect(readLegacyMessage(message, 60_000, state).targets).toEqual(['a']);
    expect(() => readLegacyMessage(value, 10, state)).toThrow(text);
  });

  it('count for a message of the current API', () => {
    const value = { to: ['a'], type: 'txt', body: { msg: 'x'.repeat(20) } };
    expect(readCurrentMessage(value, 'users', state).type).toBe('txt');
    expect(() => readCurrentMessage({ ...value, ext: {} }, 'users', state)).toThrow('message is too large');
  });
});
