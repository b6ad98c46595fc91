import { Equals, ValidateIf } from 'class-validator';

import { AttachmentBody } from './attachment.body.js';
import { IsAmount } from './constraints/is-amount.js';
import { mustBeType } from './constraints/must-be.js';
import { isGiven } from './is-given.js';
import { MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';

/** The content of a voice message: an uploaded recording. */
export class AudioBody extends AttachmentBody {
  /** The message type. */
  @Equals('audio', mustBeType('audio'))
  readonly type = 'audio';

  /**
   * The playing time in seconds, 0 or more.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @ValidateIf(isGiven)
  @IsAmount('seconds')
  length?: number;
}

/**
 * A voice message.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export class AudioMessageDto extends MessageFields {
  /** The content of the message. */
  @MessageBodyField(() => AudioBody)
  msg!: AudioBody;
}
