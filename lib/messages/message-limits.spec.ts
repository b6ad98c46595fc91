import { describe, expect, it } from 'vitest';
import { messageLimits, violationsOfLimits } from './message-limits.js';
import type { WireMessage } from './wire-message.js';

const OTHERS = ['img', 'audio', 'video', 'file', 'loc', 'cmd', 'custom'] as const;
const wire = (extra: Partial<WireMessage> = {}): WireMessage => ({
  type: 'txt',
  targetType: 'users',
  targets: ['bob'],
  path: '/messages',
  json: '汉'.repeat(100),
  messageBytes: 100,
  ...extra,
});

describe('messageLimits', () => {
  it('has the limits of the send-message document', () => {
    const { targets, requestBytes, messageBytes } = messageLimits('legacy');
    expect(targets).toEqual({ users: 600, chatgroups: 600, chatrooms: 600 });
    expect([requestBytes.txt, messageBytes.txt, messageBytes.loc]).toEqual([51_200, 40_960, 4096]);
    for (const type of OTHERS) expect(requestBytes[type]).toBe(5120);
    for (const type of OTHERS.filter((each) => each !== 'loc')) expect(messageBytes[type]).toBe(Infinity);
  });

  it('has the limits of the current API', () => {
    const { targets, requestBytes, messageBytes } = messageLimits('current');
    expect(targets).toEqual({ users: 600, chatgroups: 3, chatrooms: 10 });
    for (const type of ['txt', ...OTHERS] as const) {
      expect([requestBytes[type], messageBytes[type]]).toEqual([Infinity, 5120]);
    }
  });

  it('overlays one limit for all types, or limits for some', () => {
    const limits = messageLimits('legacy', {
      requestBytes: 9,
      messageBytes: { loc: 8 },
      targets: { users: 7 },
    });
    expect([limits.requestBytes.txt, limits.requestBytes.custom]).toEqual([9, 9]);
    expect([limits.messageBytes.txt, limits.messageBytes.loc]).toEqual([40_960, 8]);
    expect(limits.targets).toEqual({ users: 7, chatgroups: 600, chatrooms: 600 });
  });

  it('keeps its defaults where an option is undefined', () => {
    const absent = {
      targets: { users: undefined },
      requestBytes: { txt: undefined },
      messageBytes: undefined,
    };
    // The types forbid it; an environment does not.
    expect(messageLimits('legacy', absent as object)).toEqual(messageLimits('legacy'));
  });
});

describe('violationsOfLimits', () => {
  const limits = messageLimits('legacy', { targets: { users: 2 }, messageBytes: 100, requestBytes: 300 });

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
    const none = messageLimits('current', { targets: { users: Infinity }, messageBytes: Infinity });
    expect(violationsOfLimits(wire({ targets: Array(1e6), messageBytes: 1e9 }), none)).toEqual([]);
  });
});
