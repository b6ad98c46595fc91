import { AttachmentBody } from './attachment.body.js';
import { optional } from './field-rule.js';
import { MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';
import { ownType } from './message-type-field.js';
import { Obeys } from './obeys.decorator.js';
import { amount, anyString } from './scalar-rules.js';

/** An uploaded video and its separately uploaded thumbnail. */
export class VideoBody extends AttachmentBody {
  @Obeys(ownType('video'))
  readonly type = 'video';

  /** How long it plays, in seconds. */
  @Obeys(optional(amount('seconds')))
  length?: number | undefined;

  /** Where the uploaded thumbnail is, in the same forms as `url`. */
  @Obeys(optional(anyString('upload the thumbnail and put the url of the result here, or leave it out')))
  thumb?: string | undefined;

  /** The share secret of the thumbnail's upload. */
  @Obeys(optional(anyString('leave it out unless the upload of the thumbnail restricted access')))
  thumb_secret?: string | undefined;
}

/** A video message, section 3.3 of the protocol. */
export class VideoMessageDto extends MessageFields {
  @MessageBodyField(() => VideoBody)
  msg!: VideoBody;
}
