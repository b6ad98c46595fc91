import { degrees } from './coordinate-rule.js';
import { MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';
import { ownType } from './message-type-field.js';
import { Obeys } from './obeys.decorator.js';
import { anyString } from './scalar-rules.js';

/** A place. */
export class LocationBody {
  @Obeys(ownType('loc'))
  readonly type = 'loc';

  /** The latitude in decimal degrees, -90 to 90. */
  @Obeys(degrees(90))
  lat!: string | number;

  /** The longitude in decimal degrees, -180 to 180. */
  @Obeys(degrees(180))
  lng!: string | number;

  /** The place in words. */
  @Obeys(anyString('describe the place'))
  addr!: string;
}

/** A location message, section 3.3 of the protocol. */
export class LocationMessageDto extends MessageFields {
  @MessageBodyField(() => LocationBody)
  msg!: LocationBody;
}
