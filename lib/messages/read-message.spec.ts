import { describe, expect, it } from 'vitest';

import { TextBody, TextMessageDto } from './dto/text-message.dto.js';
import type { MessageInput } from './message-inputs.js';
import { readMessage } from './read-message.js';

const text = () => ({ target_type: 'users' as const, target: ['bob'], msg: { msg: 'hi' } });

describe('readMessage', () => {
  it('reads the message as it is, and later changes do not count', () => {
    const input = { ...text(), from: 'alice', msg: { type: 'txt' as const, msg: 'hi' } };
    const message = readMessage(input, undefined);
    input.from = 'mallory';
    input.target.push('mallory');
    input.msg.msg = 'bye';
    expect(JSON.stringify(message)).toBe(
      '{"target_type":"users","target":["bob"],"msg":{"type":"txt","msg":"hi"},"from":"alice"}',
    );
  });

  it('puts the type first where it is absent', () => {
    const dto = Object.assign(new TextMessageDto(), text(), {
      msg: Object.assign(new TextBody(), { msg: 'hi', type: undefined }),
    });
    for (const input of [text(), dto]) {
      const { msg } = readMessage(input, 'txt');
      expect(Object.entries(msg)).toEqual([
        ['type', 'txt'],
        ['msg', 'hi'],
      ]);
    }
  });

  it('keeps a type that is there, and its place', () => {
    const { msg } = readMessage({ ...text(), msg: { msg: 'hi', type: 'txt' } }, 'txt');
    expect(JSON.stringify(msg)).toBe('{"msg":"hi","type":"txt"}');
  });

  it('keeps own members named as inherited ones', () => {
    const input = JSON.parse('{"__proto__":1,"msg":{"__proto__":2,"constructor":3}}') as MessageInput;
    expect(JSON.stringify(readMessage(input, undefined))).toBe(JSON.stringify(input));
  });

  it.each([{}, { msg: null }, { msg: 'hi', target: 'bob' }, { target: { length: 1 } }])(
    'leaves %j, which is no message, to Easemob',
    (input) => {
      expect(readMessage(input as unknown as MessageInput, 'txt')).toEqual(input);
    },
  );
});
