import { describe, expectTypeOf, it } from 'vitest';

import type { MessageExtension } from '../../lib/messages/dto/message-fields.js';
import type {
  BodyOf,
  CustomMessageDto,
  DtoOf,
  ImageMessageDto,
  LocationMessageDto,
  Message,
  MessageType,
  TextBody,
  TextMessageDto,
  VideoMessageDto,
} from '../../lib/messages/dto/message-types.js';
import type { MessageDto } from '../../lib/messages/dto/message.dto.js';

interface Order {
  readonly orderId: string;
  readonly items?: number[];
}

declare const order: Order;

const urlOf = ({ msg }: Message) => (msg.type === 'img' || msg.type === 'file' ? msg.url : msg.type);

describe('DTO types', () => {
  it('list the eight types', () => {
    expectTypeOf<MessageType>().toEqualTypeOf<
      'txt' | 'img' | 'audio' | 'video' | 'file' | 'loc' | 'cmd' | 'custom'
    >();
  });

  it('find the DTO and the body of a type', () => {
    expectTypeOf<DtoOf<'txt'>>().toEqualTypeOf<TextMessageDto>();
    expectTypeOf<BodyOf<'txt'>>().toEqualTypeOf<TextBody>();
  });

  it('accept plain objects', () => {
    const text = { target_type: 'users', target: ['bob'], msg: { type: 'txt', msg: 'hi' } } as const;
    expectTypeOf(text).toExtend<TextMessageDto>();
    expectTypeOf(text).toExtend<Message>();
    expectTypeOf(text).not.toExtend<ImageMessageDto>();
    ({
      target_type: 'chatrooms',
      target: ['1'],
      msg: { type: 'loc', lat: 1, lng: '2', addr: 'here' },
    }) satisfies LocationMessageDto;
    ({
      target_type: 'users',
      target: ['bob'],
      msg: { type: 'custom', customEvent: 'e', customExts: { n: 1, on: true } },
    }) satisfies CustomMessageDto;
  });

  it('let an optional field be undefined', () => {
    ({
      target_type: 'users',
      target: ['bob'],
      from: undefined,
      ext: undefined,
      msg: { type: 'video', url: 'u', secret: undefined, length: undefined },
    }) satisfies VideoMessageDto;
  });

  it('tell messages apart by msg.type', () => {
    expectTypeOf(urlOf).returns.toBeString();
    expectTypeOf<Message['msg']['type']>().toEqualTypeOf<MessageType>();
  });

  it('take any DTO for a message', () => {
    expectTypeOf<MessageDto>().toExtend<Message>();
    expectTypeOf<DtoOf<MessageType>>().toExtend<Message>();
  });

  it('take interfaces, records and literals for ext, but nothing that cannot be one', () => {
    ({
      target_type: 'users',
      target: ['bob'],
      msg: { type: 'txt', msg: 'hi' },
      ext: { orderId: 'A-77', em_force_notification: true },
    }) satisfies TextMessageDto;
    expectTypeOf(order).toExtend<MessageExtension>();
    expectTypeOf<Record<string, unknown>>().toExtend<MessageExtension>();
    expectTypeOf<{ length: number }>().toExtend<MessageExtension>();
    expectTypeOf<null>().not.toExtend<MessageExtension>();
    expectTypeOf<string>().not.toExtend<MessageExtension>();
    expectTypeOf<string[]>().not.toExtend<MessageExtension>();
    expectTypeOf<Map<string, string>>().not.toExtend<MessageExtension>();
  });

  it('refuse what the document does not know', () => {
    const envelope = { target_type: 'users', target: ['bob'] } as const;
    const msg = { type: 'txt', msg: 'hi' } as const;
    // @ts-expect-error: users, chatgroups or chatrooms
    ({ ...envelope, msg, target_type: 'user' }) satisfies TextMessageDto;
    // @ts-expect-error: an array, also for one target
    ({ ...envelope, msg, target: 'bob' }) satisfies TextMessageDto;
    // @ts-expect-error: ROUTE_ONLINE is the only route
    ({ ...envelope, msg, routetype: 'ONLINE' }) satisfies TextMessageDto;
    // @ts-expect-error: no such type
    ({ ...envelope, msg: { type: 'text', msg: 'hi' } }) satisfies Message;
    // @ts-expect-error: a field of another type
    ({ ...envelope, msg: { type: 'txt', msg: 'hi', url: 'u' } }) satisfies Message;
    // @ts-expect-error: an attribute is a string, a number or a boolean
    ({ ...envelope, msg: { type: 'custom', customEvent: 'e', customExts: { a: {} } } }) satisfies Message;
  });
});
