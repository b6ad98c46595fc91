import { Exclude, Expose } from 'class-transformer';

import { MessageBodyField, type BodyClass } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';
import { isMessageType, MESSAGE_CLASSES, MESSAGE_TYPES, type MessageBody } from './message-types.js';
import { Obeys } from './obeys.decorator.js';
import { isJsonObject } from '../../http/json.js';
import { oneOf } from './scalar-rules.js';

/** The stand-in for a body of no known type. It takes nothing but the type over, so that nothing else is complained of. */
@Exclude()
export class UnknownBody {
  @Expose()
  @Obeys(oneOf(MESSAGE_TYPES, 'choose the type that the other fields of msg belong to'))
  type: unknown;
}

/** A message of any type, by its `msg.type`. */
export class MessageDto extends MessageFields {
  @MessageBodyField(bodyClassOf)
  msg!: MessageBody;
}

/** The class for a received body, by its `type`. */
export function bodyClassOf(body: unknown): BodyClass {
  const type = isJsonObject(body) && Object.hasOwn(body, 'type') ? body['type'] : undefined;
  return isMessageType(type) ? MESSAGE_CLASSES[type].body : UnknownBody;
}
