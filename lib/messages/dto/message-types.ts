import { AudioBody, AudioMessageDto } from './audio-message.dto.js';
import { CommandBody, CommandMessageDto } from './command-message.dto.js';
import { CustomBody, CustomMessageDto } from './custom-message.dto.js';
import { FileBody, FileMessageDto } from './file-message.dto.js';
import { ImageBody, ImageMessageDto } from './image-message.dto.js';
import { LocationBody, LocationMessageDto } from './location-message.dto.js';
import type { BodyClass } from './message-body.decorator.js';
import type { MessageFields } from './message-fields.js';
import { TextBody, TextMessageDto } from './text-message.dto.js';
import { VideoBody, VideoMessageDto } from './video-message.dto.js';

export { AudioBody, AudioMessageDto, CommandBody, CommandMessageDto, CustomBody, CustomMessageDto };
export { FileBody, FileMessageDto, ImageBody, ImageMessageDto, LocationBody, LocationMessageDto };
export { TextBody, TextMessageDto, VideoBody, VideoMessageDto };

/** Every message type with its classes: a new type is its DTO file and one line here. */
export const MESSAGE_CLASSES = {
  txt: { body: TextBody, dto: TextMessageDto },
  img: { body: ImageBody, dto: ImageMessageDto },
  audio: { body: AudioBody, dto: AudioMessageDto },
  video: { body: VideoBody, dto: VideoMessageDto },
  file: { body: FileBody, dto: FileMessageDto },
  loc: { body: LocationBody, dto: LocationMessageDto },
  cmd: { body: CommandBody, dto: CommandMessageDto },
  custom: { body: CustomBody, dto: CustomMessageDto },
} as const satisfies Readonly<
  Record<string, { body: BodyClass<{ type: string }>; dto: new () => MessageFields & { msg: object } }>
>;

/**
 * The name of a message type.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export type MessageType = keyof typeof MESSAGE_CLASSES;

/** The DTO of one message type. */
export type DtoOf<Type extends MessageType> = InstanceType<(typeof MESSAGE_CLASSES)[Type]['dto']>;

/** The body of one message type. */
export type BodyOf<Type extends MessageType> = InstanceType<(typeof MESSAGE_CLASSES)[Type]['body']>;

/** The content of a message of any type, told apart by `type`. */
export type MessageBody = BodyOf<MessageType>;

/** The names of the message types. */
export const MESSAGE_TYPES: readonly MessageType[] = Object.freeze(
  Object.keys(MESSAGE_CLASSES).filter(isMessageType),
);

/** Whether a value is the name of a message type; `constructor` and other names of object members are not. */
export function isMessageType(value: unknown): value is MessageType {
  return typeof value === 'string' && Object.hasOwn(MESSAGE_CLASSES, value);
}
