import { describe, expect, it } from 'vitest';
import type { Message } from './message-inputs.js';
import { toLegacy, violationsInLegacy } from './legacy-wire.js';

const text = { target_type: 'users', target: ['bob', '用户'], msg: { type: 'txt', msg: '你好' } } as const;

describe('toLegacy', () => {
  it('writes a message as it stands, in its own order', () => {
    const message = { from: 'alice', ext: { b: [1], a: null }, ...text, sync_device: true } as const;
    expect(toLegacy(message, true)).toEqual({
      type: 'txt',
      targetType: 'users',
      targets: text.target,
      path: '/messages?useMsgId=true',
      json: JSON.stringify(message),
      secrets: [],
      messageBytes:
        Buffer.byteLength('{"type":"txt","msg":"你好"}') + Buffer.byteLength('{"b":[1],"a":null}'),
    });
  });

  it('asks for no IDs when useMsgId is false, and counts a missing ext as nothing', () => {
    const wire = toLegacy(text, false);
    expect(wire.path).toBe('/messages');
    expect(wire.messageBytes).toBe(Buffer.byteLength('{"type":"txt","msg":"你好"}'));
  });

  it('leaves undefined members out', () => {
    expect(toLegacy({ ...text, from: undefined, ext: undefined }, true).json).toBe(JSON.stringify(text));
  });

  it.each([{}, { target_type: 'users' }, { msg: null, target: 'bob' }])(
    'writes %j, which is no message',
    (message) => {
      expect(toLegacy(message as Message, true)).toMatchObject({
        targets: [],
        json: JSON.stringify(message),
      });
    },
  );
});

describe('violationsInLegacy', () => {
  it('names every field that only the current API has', () => {
    const message = {
      ...text,
      env: 'x',
      need_group_ack: false,
      chatroom_msg_level: 'low',
      roam_ignore_users: [],
    } as const;
    expect(violationsInLegacy(message).map(({ path }) => path)).toEqual([
      'roam_ignore_users',
      'need_group_ack',
      'chatroom_msg_level',
      'env',
    ]);
    expect(violationsInLegacy({ ...text, env: undefined })).toEqual([]);
  });

  it('names the users of a directed message, which the whole group would read', () => {
    const directed = { ...text, target_type: 'chatgroups', users: ['bob'] } as const;
    expect(violationsInLegacy(directed).map(({ path }) => path)).toEqual(['users']);
    const left: object = { ...text, users: undefined };
    expect(violationsInLegacy(left as Message)).toEqual([]);
  });
});
