import { optional } from './field-rule.js';
import { Obeys } from './obeys.decorator.js';
import { amount, anyString, nonEmptyString } from './scalar-rules.js';

/** What every message with an uploaded file carries; an `UploadedFile` spreads into it. Section 5 of the protocol. */
export abstract class AttachmentBody {
  /** Where the uploaded file is: `https://{host}/{org}/{app}/chatfiles/{uuid}`, or the UUID of the upload. */
  @Obeys(nonEmptyString('upload the file first and put the url of the result here'))
  url!: string;

  /** The UUID of the upload. Accepted because the result of an upload has it; it is not sent. */
  @Obeys(optional(anyString('leave it out, it is not sent')))
  uuid?: string | undefined;

  /** The name that clients show. */
  @Obeys(optional(anyString('leave it out and clients show no name')))
  filename?: string | undefined;

  /** The share secret of the upload; needed when the upload restricted access. */
  @Obeys(optional(anyString('leave it out unless the upload restricted access')))
  secret?: string | undefined;

  /** The file's size in bytes. */
  @Obeys(optional(amount('bytes')))
  file_length?: number | undefined;
}
