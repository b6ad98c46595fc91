import { Equals, IsString } from 'class-validator';

import { mustBe, mustBeType } from './constraints/must-be.js';
import { MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';

/** The content of a command message: a command for the client application. */
export class CommandBody {
  /** The message type. */
  @Equals('cmd', mustBeType('cmd'))
  readonly type = 'cmd';

  /**
   * The name of the command. The client application decides what it means.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @IsString(mustBe('a string', 'name the command that the client shall carry out'))
  action!: string;
}

/**
 * A command message. It neither rings nor shows a notification; only the code of the client application sees it.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export class CommandMessageDto extends MessageFields {
  /** The content of the message. */
  @MessageBodyField(() => CommandBody)
  msg!: CommandBody;
}
