import { Equals } from 'class-validator';

import { AttachmentBody } from './attachment.body.js';
import { mustBeType } from './constraints/must-be.js';
import { MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';

/** The content of a file message: an uploaded file of any kind. */
export class FileBody extends AttachmentBody {
  /** The message type. */
  @Equals('file', mustBeType('file'))
  readonly type = 'file';
}

/**
 * A file message.
 * @see https://doc.easemob.com/document/server-side/message_single.html
 */
export class FileMessageDto extends MessageFields {
  /** The content of the message. */
  @MessageBodyField(() => FileBody)
  msg!: FileBody;
}
