import { MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';
import { ownType } from './message-type-field.js';
import { Obeys } from './obeys.decorator.js';
import { anyString } from './scalar-rules.js';

/** A command for the client application. */
export class CommandBody {
  @Obeys(ownType('cmd'))
  readonly type = 'cmd';

  /** The command's name, which the client application gives a meaning. */
  @Obeys(anyString('name the command that the client shall carry out'))
  action!: string;
}

/** A command message: no ring, no notification, seen by the client's code only. Section 3.3 of the protocol. */
export class CommandMessageDto extends MessageFields {
  @MessageBodyField(() => CommandBody)
  msg!: CommandBody;
}
