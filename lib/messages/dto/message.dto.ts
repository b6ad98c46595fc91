import { Exclude, Expose } from 'class-transformer';
import { IsIn } from 'class-validator';

import { isJsonObject } from '../../http/json.js';
import { mustBeOneOf } from './constraints/must-be.js';
import { type BodyClass, MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';
import { isMessageType, MESSAGE_CLASSES, MESSAGE_TYPES, type MessageBody } from './message-types.js';

/**
 * Stands in for a body of an unknown type. It takes over nothing but the type, so that the only error is the one about
 * the type.
 */
@Exclude()
export class AnyBody {
  /** One of the message types. */
  @Expose()
  @IsIn(MESSAGE_TYPES, mustBeOneOf(MESSAGE_TYPES, 'choose the type that the other fields of msg belong to'))
  type: unknown;
}

/**
 * A message of any type, told apart by its `msg.type`.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export class MessageDto extends MessageFields {
  /** The content of the message, whose `type` decides about its other fields. */
  @MessageBodyField(bodyClassOf)
  msg!: MessageBody;
}

/** The class of a received body, by its `type`. */
export function bodyClassOf(body: unknown): BodyClass {
  const type = isJsonObject(body) && Object.hasOwn(body, 'type') ? body['type'] : undefined;
  return isMessageType(type) ? MESSAGE_CLASSES[type].body : AnyBody;
}
