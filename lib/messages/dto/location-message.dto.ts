import { Equals, IsString } from 'class-validator';

import { IsDegrees } from './constraints/is-degrees.js';
import { mustBe, mustBeType } from './constraints/must-be.js';
import { MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';

/** The content of a location message: a place. */
export class LocationBody {
  /** The message type. */
  @Equals('loc', mustBeType('loc'))
  readonly type = 'loc';

  /**
   * The latitude in decimal degrees, -90 to 90. A number is sent as a string, as Easemob documents it.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @IsDegrees(90)
  lat!: string | number;

  /**
   * The longitude in decimal degrees, -180 to 180. A number is sent as a string, as Easemob documents it.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @IsDegrees(180)
  lng!: string | number;

  /**
   * The address or name of the place, which may be empty.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @IsString(mustBe('a string', 'describe the place'))
  addr!: string;
}

/**
 * A location message.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export class LocationMessageDto extends MessageFields {
  /** The content of the message. */
  @MessageBodyField(() => LocationBody)
  msg!: LocationBody;
}
