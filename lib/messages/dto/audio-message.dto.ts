import { AttachmentBody } from './attachment.body.js';
import { optional } from './field-rule.js';
import { MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';
import { ownType } from './message-type-field.js';
import { Obeys } from './obeys.decorator.js';
import { amount } from './scalar-rules.js';

/** An uploaded voice recording. */
export class AudioBody extends AttachmentBody {
  @Obeys(ownType('audio'))
  readonly type = 'audio';

  /** How long it plays, in seconds. */
  @Obeys(optional(amount('seconds')))
  length?: number | undefined;
}

/** A voice message, section 3.3 of the protocol. */
export class AudioMessageDto extends MessageFields {
  @MessageBodyField(() => AudioBody)
  msg!: AudioBody;
}
