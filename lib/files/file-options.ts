import { describeType } from '../errors/describe-type.js';
import { abortSignal } from '../checks/abort-signal.js';
import { readCallOptions } from '../checks/call-options.js';
import { type Check, flag } from '../checks/checks.js';
import { formatValue } from '../checks/format-value.js';
import { object, requireAll, type ResolvedRows, type RowsOf } from '../checks/group.js';
import { headerValue } from '../checks/http-checks.js';
import { option } from '../checks/option.js';
import { baseName, isPlainName, MAX_NAME_LENGTH } from './plain-name.js';

/** Options of an upload. */
export interface UploadOptions {
  /**
   * The name of the file; only its base name is sent: at most 255 characters, none of them a control character.
   * @default the name of the path or of the `File`, else `file`
   */
  readonly filename?: string | undefined;
  /**
   * The MIME type of the file, at most 255 characters.
   * @default the type of the `Blob`, else `application/octet-stream`
   */
  readonly contentType?: string | undefined;
  /**
   * Downloads then need the share secret, which the result carries. Easemob must have enabled this for the app.
   * @default false
   */
  readonly restrictAccess?: boolean | undefined;
  /**
   * The size of an image's thumbnail, in whole pixels above 0.
   * @default 170 × 170, set by Easemob
   */
  readonly thumbnail?: { readonly width: number; readonly height: number } | undefined;
  /** Aborts the upload: the reading of the source at once, a request under way with `sent: 'maybe'`. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a download. */
export interface DownloadOptions {
  /** The share secret of a file with restricted access. */
  readonly secret?: string | undefined;
  /**
   * Downloads the thumbnail of an image instead of the image.
   * @default false
   */
  readonly thumbnail?: boolean | undefined;
  /** Aborts the call, and the stream while it is read. */
  readonly signal?: AbortSignal | undefined;
}

const filename: Check<string> = {
  type: 'string',
  must: 'be a name of at most 255 characters without control characters',
  describe: formatValue,
  accepts: (value): value is string =>
    typeof value === 'string' && (baseName(value) === '' || isPlainName(baseName(value))),
};

const contentType: Check<string> = {
  type: 'string',
  must: 'be a MIME type of at most 255 characters',
  describe: formatValue,
  accepts: (value): value is string => typeof value === 'string' && value.length <= MAX_NAME_LENGTH,
};

const pixels: Check<number> = {
  type: 'number',
  must: 'be a whole number of pixels above 0',
  describe: formatValue,
  accepts: (value): value is number => Number.isSafeInteger(value) && Number(value) > 0,
};

/** The share secret of a file, which is never quoted. A file that everybody may read has none, or an empty one. */
const secret: Check<string> = {
  ...headerValue,
  describe: describeType,
  accepts: (value): value is string => value === '' || headerValue.accepts(value),
};

const uploadOptions = object({
  filename: option(filename),
  contentType: option(contentType),
  restrictAccess: option(flag, { default: false }),
  thumbnail: requireAll({ width: option(pixels), height: option(pixels) }),
  signal: option(abortSignal),
} satisfies RowsOf<UploadOptions>);

/** Upload options as they were at the call, every default applied. */
export type ReadUploadOptions = ResolvedRows<typeof uploadOptions.rows>;

const downloadOptions = object({
  secret: option(secret),
  thumbnail: option(flag, { default: false }),
  signal: option(abortSignal),
} satisfies RowsOf<DownloadOptions>);

/**
 * Reads the options of an upload, once.
 *
 * @throws EasemobValidationError with every option that is wrong or unknown
 */
export function readUploadOptions(options: UploadOptions | undefined): ReadUploadOptions {
  return readCallOptions(uploadOptions, options);
}

/**
 * Reads the options of a download, once.
 *
 * @throws EasemobValidationError with every option that is wrong or unknown
 */
export function readDownloadOptions(
  options: DownloadOptions | undefined,
): ResolvedRows<typeof downloadOptions.rows> {
  return readCallOptions(downloadOptions, options);
}
