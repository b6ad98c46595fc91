import { AttachmentBody } from './attachment.body.js';
import { MessageBodyField } from './message-body.decorator.js';
import { MessageFields } from './message-fields.js';
import { ownType } from './message-type-field.js';
import { Obeys } from './obeys.decorator.js';

/** An uploaded file of any kind. */
export class FileBody extends AttachmentBody {
  @Obeys(ownType('file'))
  readonly type = 'file';
}

/** A file message, section 5 of the protocol. */
export class FileMessageDto extends MessageFields {
  @MessageBodyField(() => FileBody)
  msg!: FileBody;
}
