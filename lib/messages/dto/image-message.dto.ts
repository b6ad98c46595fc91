import { Equals, ValidateIf } from 'class-validator';

import { AttachmentBody } from './attachment.body.js';
import { IsImageSize } from './constraints/is-image-size.js';
import { mustBeType } from './constraints/must-be.js';
import { ImageSize } from './image-size.js';
import { isGiven } from './is-given.js';
import { MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';

/** The content of an image message: an uploaded image. */
export class ImageBody extends AttachmentBody {
  /** The message type. */
  @Equals('img', mustBeType('img'))
  readonly type = 'img';

  /**
   * The size of the image in pixels.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @ValidateIf(isGiven)
  @IsImageSize()
  size?: ImageSize;
}

/**
 * An image message.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export class ImageMessageDto extends MessageFields {
  /** The content of the message. */
  @MessageBodyField(() => ImageBody)
  msg!: ImageBody;
}
