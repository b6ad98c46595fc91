import { describe, expectTypeOf, it } from 'vitest';

import type { MessageExtension } from '../../lib/messages/dto/message-fields.js';
import type {
  AudioMessageDto,
  BodyOf,
  CommandMessageDto,
  CustomMessageDto,
  DtoOf,
  FileMessageDto,
  ImageMessageDto,
  LocationMessageDto,
  MessageType,
  TextBody,
  TextMessageDto,
  VideoMessageDto,
} from '../../lib/messages/dto/message-types.js';
import type { MessageDto } from '../../lib/messages/dto/message.dto.js';
import type {
  AudioMessage,
  CommandMessage,
  CustomMessage,
  FileMessage,
  ImageMessage,
  LocationMessage,
  Message,
  TextMessage,
  VideoMessage,
} from '../../lib/messages/message-inputs.js';
import type { MessageService } from '../../lib/messages/message.service.js';

interface Order {
  readonly orderId: string;
  readonly items?: number[];
}

declare const order: Order;

type InputOf<Method extends keyof MessageService> = Parameters<MessageService[Method]>[0];

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
    expectTypeOf(text).toExtend<TextMessage>();
    expectTypeOf(text).toExtend<Message>();
    expectTypeOf(text).not.toExtend<ImageMessage>();
    ({
      target_type: 'users',
      target: ['bob'],
      msg: { type: 'txt', msg: 'hi' },
    }) satisfies TextMessageDto;
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

  it('tell messages apart by msg.type', () => {
    expectTypeOf(urlOf).returns.toBeString();
    expectTypeOf<Message['msg']['type']>().toEqualTypeOf<MessageType>();
  });

  it('take any DTO for a message', () => {
    expectTypeOf<MessageDto>().toExtend<Message>();
    expectTypeOf<DtoOf<MessageType>>().toExtend<Message>();
  });

  it('declare lists that a DTO can be filled with', () => {
    expectTypeOf<TextMessageDto['target']>().toEqualTypeOf<string[]>();
    expectTypeOf<TextMessageDto['roam_ignore_users']>().toEqualTypeOf<string[] | undefined>();
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

  it('refuse fields that the document does not have', () => {
    const envelope = { target_type: 'users' as const, target: ['bob'] };
    const msg = { type: 'txt', msg: 'hi' } as const;
    ({ ...envelope, msg }) satisfies TextMessageDto;
    // @ts-expect-error: users, chatgroups or chatrooms
    ({ ...envelope, msg, target_type: 'user' }) satisfies TextMessageDto;
    // @ts-expect-error: an array, also for one target
    ({ ...envelope, msg, target: 'bob' }) satisfies TextMessageDto;
    // @ts-expect-error: ROUTE_ONLINE is the only route
    ({ ...envelope, msg, routetype: 'ONLINE' }) satisfies TextMessageDto;
    ({ ...envelope, msg: { type: 'txt', msg: 'hi' } }) satisfies Message;
    // @ts-expect-error: no such type
    ({ ...envelope, msg: { type: 'text', msg: 'hi' } }) satisfies Message;
    // @ts-expect-error: a field of another type
    ({ ...envelope, msg: { type: 'txt', msg: 'hi', url: 'u' } }) satisfies Message;
    // @ts-expect-error: an attribute is a string, a number or a boolean
    ({ ...envelope, msg: { type: 'custom', customEvent: 'e', customExts: { a: {} } } }) satisfies Message;
  });
});

describe('the types that the methods take', () => {
  it('have a name for each method', () => {
    expectTypeOf<InputOf<'send'>>().toEqualTypeOf<Message>();
    expectTypeOf<InputOf<'sendText'>>().toEqualTypeOf<TextMessage>();
    expectTypeOf<InputOf<'sendImage'>>().toEqualTypeOf<ImageMessage>();
    expectTypeOf<InputOf<'sendAudio'>>().toEqualTypeOf<AudioMessage>();
    expectTypeOf<InputOf<'sendVideo'>>().toEqualTypeOf<VideoMessage>();
    expectTypeOf<InputOf<'sendFile'>>().toEqualTypeOf<FileMessage>();
    expectTypeOf<InputOf<'sendLocation'>>().toEqualTypeOf<LocationMessage>();
    expectTypeOf<InputOf<'sendCommand'>>().toEqualTypeOf<CommandMessage>();
    expectTypeOf<InputOf<'sendCustom'>>().toEqualTypeOf<CustomMessage>();
  });

  it('take the DTO of their type, and no other', () => {
    expectTypeOf<TextMessageDto>().toExtend<TextMessage>();
    expectTypeOf<ImageMessageDto>().toExtend<ImageMessage>();
    expectTypeOf<AudioMessageDto>().toExtend<AudioMessage>();
    expectTypeOf<VideoMessageDto>().toExtend<VideoMessage>();
    expectTypeOf<FileMessageDto>().toExtend<FileMessage>();
    expectTypeOf<LocationMessageDto>().toExtend<LocationMessage>();
    expectTypeOf<CommandMessageDto>().toExtend<CommandMessage>();
    expectTypeOf<CustomMessageDto>().toExtend<CustomMessage>();
    expectTypeOf<ImageMessageDto>().not.toExtend<TextMessage>();
    expectTypeOf<ImageMessageDto>().not.toExtend<FileMessage>();
    expectTypeOf<CommandMessageDto>().not.toExtend<CustomMessage>();
  });

  it('take plain objects with and without the type, and lists that are readonly', () => {
    const message: TextMessage = { target_type: 'users', target: ['bob'], msg: { msg: 'hi' } };
    const typed: TextMessage = { ...message, msg: { type: 'txt', msg: 'hi' } };
    const frozen = {
      target_type: 'chatgroups',
      target: ['1', '2'],
      roam_ignore_users: ['carol'],
      ext: { tags: ['a', 'b'] },
      msg: { url: 'u', size: { width: 1 } },
    } as const;
    expectTypeOf(frozen).toExtend<ImageMessage>();
    expectTypeOf(typed).toExtend<TextMessage>();
    ({
      target_type: 'users',
      target: ['bob'],
      msg: { customEvent: 'e', customExts: { n: 1 } },
    }) satisfies CustomMessage;
  });

  it('let an optional field be undefined', () => {
    ({
      target_type: 'users',
      target: ['bob'],
      from: undefined,
      ext: undefined,
      msg: { type: 'video', url: 'u', secret: undefined, length: undefined },
    }) satisfies VideoMessage;
    ({
      target_type: 'users',
      target: ['bob'],
      roam_ignore_users: undefined,
      msg: { type: 'img', url: 'u', size: { width: undefined } },
    }) satisfies Message;
    ({
      target_type: 'users',
      target: ['bob'],
      msg: { type: undefined, url: 'u', size: undefined },
    }) satisfies ImageMessage;
  });

  it('require the type where the method does not know it', () => {
    expectTypeOf<TextMessage>().not.toExtend<Message>();
    // @ts-expect-error: no msg.type
    ({ target_type: 'users', target: ['bob'], msg: { msg: 'hi' } }) satisfies Message;
  });

  it('refuse the fields and the type of another message', () => {
    const envelope = { target_type: 'users', target: ['bob'] } as const;
    ({ ...envelope, msg: { msg: 'hi' } }) satisfies TextMessage;
    // @ts-expect-error: a field of another type
    ({ ...envelope, msg: { msg: 'hi', url: 'u' } }) satisfies TextMessage;
    // @ts-expect-error: another type
    ({ ...envelope, msg: { type: 'cmd', msg: 'hi' } }) satisfies TextMessage;
    // @ts-expect-error: a required field is missing
    ({ ...envelope, msg: { lat: 1, lng: 2 } }) satisfies LocationMessage;
  });
});
