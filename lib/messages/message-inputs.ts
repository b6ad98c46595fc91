import type { MessageFields } from './dto/message-fields.js';
import type {
  AudioBody,
  CommandBody,
  CustomBody,
  FileBody,
  ImageBody,
  LocationBody,
  MessageBody,
  TextBody,
  VideoBody,
} from './dto/message-types.js';

/**
 * The fields of a DTO or a body as a method takes them: lists may be readonly, as those of `as const` are, and optional
 * fields may be undefined.
 */
export type Input<Fields> = {
  readonly [Name in keyof Fields]:
    InputValue<Fields[Name]> | (object extends Pick<Fields, Name> ? undefined : never);
};

type InputValue<Value> = Value extends readonly (infer Entry)[] ? readonly Entry[] : Value;

/** The fields that every message has. */
export type MessageEnvelope = Input<MessageFields>;

/** The `msg` of a message that is sent by the method of its type, and so may leave out its `type`. */
export type MessageContent<Body extends MessageBody> = Input<Omit<Body, 'type'>> & {
  /** The message type, which the method knows. */
  readonly type?: Body['type'] | undefined;
};

/**
 * A message of any type, told apart by `msg.type`: what `send` takes. Every DTO is one, and so is a plain object.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export interface Message extends MessageEnvelope {
  /** The content of the message, whose `type` decides about its other fields. */
  readonly msg: Input<MessageBody>;
}

/**
 * A text message: what `sendText` takes. A `TextMessageDto` is one, and so is a plain object.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export interface TextMessage extends MessageEnvelope {
  /** The content of the message. */
  readonly msg: MessageContent<TextBody>;
}

/**
 * An image message: what `sendImage` takes. An `ImageMessageDto` is one, and so is a plain object.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export interface ImageMessage extends MessageEnvelope {
  /** The content of the message. */
  readonly msg: MessageContent<ImageBody>;
}

/**
 * A voice message: what `sendAudio` takes. An `AudioMessageDto` is one, and so is a plain object.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export interface AudioMessage extends MessageEnvelope {
  /** The content of the message. */
  readonly msg: MessageContent<AudioBody>;
}

/**
 * A video message: what `sendVideo` takes. A `VideoMessageDto` is one, and so is a plain object.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export interface VideoMessage extends MessageEnvelope {
  /** The content of the message. */
  readonly msg: MessageContent<VideoBody>;
}

/**
 * A file message: what `sendFile` takes. A `FileMessageDto` is one, and so is a plain object.
 * @see https://doc.easemob.com/document/server-side/message_single.html
 */
export interface FileMessage extends MessageEnvelope {
  /** The content of the message. */
  readonly msg: MessageContent<FileBody>;
}

/**
 * A location message: what `sendLocation` takes. A `LocationMessageDto` is one, and so is a plain object.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export interface LocationMessage extends MessageEnvelope {
  /** The content of the message. */
  readonly msg: MessageContent<LocationBody>;
}

/**
 * A command message: what `sendCommand` takes. A `CommandMessageDto` is one, and so is a plain object.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export interface CommandMessage extends MessageEnvelope {
  /** The content of the message. */
  readonly msg: MessageContent<CommandBody>;
}

/**
 * A custom message: what `sendCustom` takes. A `CustomMessageDto` is one, and so is a plain object.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export interface CustomMessage extends MessageEnvelope {
  /** The content of the message. */
  readonly msg: MessageContent<CustomBody>;
}

/** What the methods of `MessageService` take. */
export type MessageInput =
  | Message
  | TextMessage
  | ImageMessage
  | AudioMessage
  | VideoMessage
  | FileMessage
  | LocationMessage
  | CommandMessage
  | CustomMessage;
