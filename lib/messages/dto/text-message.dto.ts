import { Equals, IsString } from 'class-validator';

import { mustBe, mustBeType } from './constraints/must-be.js';
import { MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';

/** The content of a text message. */
export class TextBody {
  /** The message type. */
  @Equals('txt', mustBeType('txt'))
  readonly type = 'txt';

  /**
   * The text, which may be empty. On the legacy API it and `ext` may have 40 KB together, on the current one 5 KB.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @IsString(mustBe('a string', 'put the text here'))
  msg!: string;
}

/**
 * A text message.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export class TextMessageDto extends MessageFields {
  /** The content of the message. */
  @MessageBodyField(() => TextBody)
  msg!: TextBody;
}
