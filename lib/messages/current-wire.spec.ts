import { describe, expect, it } from 'vitest';
import { toCurrent, violationsInCurrent } from './current-wire.js';
import type { TargetType } from './dto/message-fields.js';
import type { Message } from './message-inputs.js';

const text = { target_type: 'chatgroups', target: ['1', '2'], msg: { type: 'txt', msg: '你好' } } as const;

describe('toCurrent', () => {
  it('moves target_type into the path and splits msg', () => {
    expect(toCurrent({ ...text, from: 'alice', need_group_ack: true, ext: { a: 1 } })).toEqual({
      type: 'txt',
      targetType: 'chatgroups',
      targets: text.target,
      path: '/messages/chatgroups',
      json: '{"to":["1","2"],"type":"txt","body":{"msg":"你好"},"from":"alice","need_group_ack":true,"ext":{"a":1}}',
      secrets: [],
      messageBytes: Buffer.byteLength('{"msg":"你好"}') + Buffer.byteLength('{"a":1}'),
    });
  });

  it.each([
    [{}, '{}', '/messages/undefined'],
    [{ target_type: 'a b/../c', msg: null }, '{"body":null}', '/messages/a%20b%2F..%2Fc'],
    [{ target_type: 'users', target: 'bob', msg: {} }, '{"to":"bob","body":{}}', '/messages/users'],
  ])('writes %j, which is no message', (message, json, path) => {
    expect(toCurrent(message as unknown as Message)).toMatchObject({ json, path, targets: [] });
  });
});

describe('violationsInCurrent', () => {
  const everything = {
    ...text,
    sync_device: false,
    routetype: 'ROUTE_ONLINE',
    need_group_ack: false,
    chatroom_msg_level: 'low',
    roam_ignore_users: ['x'],
    env: 'x',
  } as const;

  it.each(['to', 'type', 'body', 'users'])(
    'refuses %s, which the request makes of other fields',
    (member) => {
      const [violation, ...others] = violationsInCurrent({ ...text, [member]: ['mallory'] });
      expect(violation).toMatchObject({
        path: member,
        message: expect.stringContaining('leave it out') as string,
      });
      expect(others).toEqual([]);
      expect(toCurrent({ ...text, [member]: ['mallory'] }).json).toBe(toCurrent(text).json);
    },
  );

  it.each<[TargetType, string[]]>([
    ['users', ['need_group_ack', 'chatroom_msg_level']],
    ['chatgroups', ['chatroom_msg_level']],
    ['chatrooms', ['sync_device', 'routetype', 'need_group_ack']],
  ])('to %s: %j', (target_type, fields) => {
    const violations = violationsInCurrent({ ...everything, target_type });
    expect(violations.map(({ path }) => path)).toEqual(fields);
    for (const { message } of violations)
      expect(message).toContain(`this message goes to ${target_type}; leave it out.`);
  });
});
