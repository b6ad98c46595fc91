import { MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';
import { ownType } from './message-type-field.js';
import { Obeys } from './obeys.decorator.js';
import { anyString } from './scalar-rules.js';

/** What a text message says. */
export class TextBody {
  @Obeys(ownType('txt'))
  readonly type = 'txt';

  /** The text. */
  @Obeys(anyString('put the text here'))
  msg!: string;
}

/** A text message, section 3.3 of the protocol. */
export class TextMessageDto extends MessageFields {
  @MessageBodyField(() => TextBody)
  msg!: TextBody;
}
