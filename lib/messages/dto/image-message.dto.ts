import { AttachmentBody } from './attachment.body.js';
import { optional } from './field-rule.js';
import { imageSize, type ImageSize } from './image-size-rule.js';
import { MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';
import { ownType } from './message-type-field.js';
import { Obeys } from './obeys.decorator.js';

/** An uploaded image. */
export class ImageBody extends AttachmentBody {
  @Obeys(ownType('img'))
  readonly type = 'img';

  /** Its size in pixels. */
  @Obeys(optional(imageSize))
  size?: ImageSize | undefined;
}

/** An image message, section 3.3 of the protocol. */
export class ImageMessageDto extends MessageFields {
  @MessageBodyField(() => ImageBody)
  msg!: ImageBody;
}
