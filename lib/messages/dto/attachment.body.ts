import { IsString, MinLength, ValidateIf } from 'class-validator';

import { IsAmount } from './constraints/is-amount.js';
import { mustBe } from './constraints/must-be.js';
import { isGiven } from './is-given.js';

/** The fields of every body with an uploaded file. An `UploadedFile` spreads into it. */
export abstract class AttachmentBody {
  /**
   * The address of the uploaded file, `https://{host}/{org}/{app}/chatfiles/{uuid}`, or the UUID of the upload.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @MinLength(1, mustBe('a non-empty string', 'upload the file first and put the url of the result here'))
  url!: string;

  /**
   * The UUID of the upload. It is accepted because the result of an upload has it, and it is not sent.
   * @see https://docs-im.easemob.com/im/server/basics/fileoperation
   */
  @ValidateIf(isGiven)
  @IsString(mustBe('a string', 'leave it out, it is not sent'))
  uuid?: string;

  /**
   * The name of the file that clients show; without it they show none.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @ValidateIf(isGiven)
  @IsString(mustBe('a string', 'leave it out and clients show no name'))
  filename?: string;

  /**
   * The share secret of the upload, needed when the upload restricted access.
   * @see https://docs-im.easemob.com/im/server/basics/fileoperation
   */
  @ValidateIf(isGiven)
  @IsString(mustBe('a string', 'leave it out unless the upload restricted access'))
  secret?: string;

  /**
   * The size of the file in bytes, 0 or more.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @ValidateIf(isGiven)
  @IsAmount('bytes')
  file_length?: number;
}
