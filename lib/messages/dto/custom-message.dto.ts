import { Equals, Matches, ValidateIf } from 'class-validator';

import { formatValue } from './constraints/format-value.js';
import { IsCustomAttributes } from './constraints/is-custom-attributes.js';
import { mustBe, mustBeType } from './constraints/must-be.js';
import { isGiven } from './is-given.js';
import { MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';
import { RawJson } from './raw-json.decorator.js';

/** The content of a custom message: an event that the application defines. */
export class CustomBody {
  /** The message type. */
  @Equals('custom', mustBeType('custom'))
  readonly type = 'custom';

  /**
   * The name of the event: 1 to 32 letters, digits, `-`, `_`, `/` or `.`.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @Matches(
    /^[A-Za-z0-9\-_/.]{1,32}$/,
    mustBe('1 to 32 letters, digits, "-", "_", "/" or "."', 'rename the event', formatValue),
  )
  customEvent!: string;

  /**
   * The attributes of the event, at most 16. Numbers and booleans are sent as strings, as Easemob documents them.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @RawJson()
  @ValidateIf(isGiven)
  @IsCustomAttributes()
  customExts?: { readonly [name: string]: string | number | boolean };
}

/**
 * A custom message.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export class CustomMessageDto extends MessageFields {
  /** The content of the message. */
  @MessageBodyField(() => CustomBody)
  msg!: CustomBody;
}
