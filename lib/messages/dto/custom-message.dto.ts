import { customAttributes } from './custom-exts-rule.js';
import { optional } from './field-rule.js';
import { MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';
import { ownType } from './message-type-field.js';
import { Obeys } from './obeys.decorator.js';
import { RawJson } from './raw-json.decorator.js';
import { matching } from './scalar-rules.js';

/** An event of the application's own. */
export class CustomBody {
  @Obeys(ownType('custom'))
  readonly type = 'custom';

  /** The event's name: 1 to 32 letters, digits, `-`, `_`, `/` or `.`. */
  @Obeys(
    matching(/^[A-Za-z0-9\-_/.]{1,32}$/, '1 to 32 letters, digits, "-", "_", "/" or "."', 'rename the event'),
  )
  customEvent!: string;

  /** The event's attributes, at most 16. */
  @RawJson()
  @Obeys(optional(customAttributes()))
  customExts?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** A custom message, section 3.3 of the protocol. */
export class CustomMessageDto extends MessageFields {
  @MessageBodyField(() => CustomBody)
  msg!: CustomBody;
}
