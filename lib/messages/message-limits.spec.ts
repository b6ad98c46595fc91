import { describe, expect, it } from 'vitest';
import { limitOptions } from '../options/schema.js';
import { violationsOfLimits } from './message-limits.js';
import type { WireMessage } from './wire-message.js';

const wire = (extra: Partial<WireMessage> = {}): WireMessage => ({
  type: 'txt',
  targetType: 'users',
  targets: ['bob'],
  path: '/messages',
  secrets: [],
  json: '汉'.repeat(100),
  messageBytes: 100,
  ...extra,
});

describe('violationsOfLimits', () => {
  const limits = limitOptions.resolve(
    { targets: { users: 2 }, messageBytes: 100, requestBytes: 300 },
    'legacy',
  );

  it('finds nothing at the limits', () => {
    expect(violationsOfLimits(wire({ targets: ['a', 'b'] }), limits)).toEqual([]);
  });

  it('finds everything beyond them, in UTF-8 bytes', () => {
    const large = wire({ targets: ['a', 'b', 'c'], messageBytes: 101, json: '汉'.repeat(101) });
    expect(violationsOfLimits(large, limits)).toEqual([
      {
        path: 'target',
        message:
          'target has 3 users and one request takes 2; split it, or raise limits.targets.users if your plan allows more.',
      },
      {
        path: 'msg',
        message:
          'msg with ext of this txt message has 101 bytes and 100 are allowed; shorten it or raise limits.messageBytes.',
      },
      {
        path: '',
        message:
          'The whole request, targets included, of this txt message has 303 bytes and 300 are allowed; shorten it or raise limits.requestBytes.',
      },
    ]);
  });

  it('finds nothing at all where Infinity lifts them', () => {
    const none = limitOptions.resolve({ targets: { users: Infinity }, messageBytes: Infinity }, 'current');
    expect(violationsOfLimits(wire({ targets: Array(1e6), messageBytes: 1e9 }), none)).toEqual([]);
  });
});
