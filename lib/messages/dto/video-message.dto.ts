import { Equals, IsString, ValidateIf } from 'class-validator';

import { AttachmentBody } from './attachment.body.js';
import { IsAmount } from './constraints/is-amount.js';
import { mustBe, mustBeType } from './constraints/must-be.js';
import { isGiven } from './is-given.js';
import { MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';

/** The content of a video message: an uploaded video and its thumbnail, which is uploaded separately. */
export class VideoBody extends AttachmentBody {
  /** The message type. */
  @Equals('video', mustBeType('video'))
  readonly type = 'video';

  /**
   * The playing time in seconds, 0 or more.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @ValidateIf(isGiven)
  @IsAmount('seconds')
  length?: number;

  /**
   * The address of the uploaded thumbnail, in the same forms as `url`.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @ValidateIf(isGiven)
  @IsString(mustBe('a string', 'upload the thumbnail and put the url of the result here, or leave it out'))
  thumb?: string;

  /**
   * The share secret of the thumbnail's upload, needed when that upload restricted access.
   * @see https://docs-im.easemob.com/im/server/basics/fileoperation
   */
  @ValidateIf(isGiven)
  @IsString(mustBe('a string', 'leave it out unless the upload of the thumbnail restricted access'))
  thumb_secret?: string;
}

/**
 * A video message.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export class VideoMessageDto extends MessageFields {
  /** The content of the message. */
  @MessageBodyField(() => VideoBody)
  msg!: VideoBody;
}
