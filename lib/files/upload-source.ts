import { Readable } from 'node:stream';
import { describeType } from '../errors/describe-type.js';
import { formatValue } from '../checks/format-value.js';
import { baseName, isPlainName, MAX_NAME_LENGTH } from './plain-name.js';
import { readLocalFile } from './source-file.js';
import { codeOf, refusedSource, sourceTooLarge } from './source-refusal.js';
import { readStream } from './source-stream.js';

/** A source to upload: bytes, a stream, or the path of a local file. */
export type UploadSource = Buffer | Blob | Readable | string;

/** A file that was read whole: an upload is at most 10 MiB, and only a file in memory can be sent again after a failure. */
export interface UploadFile {
  readonly bytes: Buffer;
  readonly filename: string;
  readonly contentType: string;
}

const BINARY = 'application/octet-stream';

/**
 * Reads a source up to a limit, and calls back whenever it provides something. A Buffer is copied before this returns: the
 * caller may reuse it.
 *
 * @throws EasemobValidationError kind `too-large` above the limit (before reading where the size is known), kind
 * `validation` for a source that cannot be read
 */
export async function readSource(
  source: UploadSource,
  options: { readonly filename?: string | undefined; readonly contentType?: string | undefined },
  limit: number,
  onProgress: () => void,
): Promise<UploadFile> {
  const filename = options.filename === undefined ? ownNameOf(source) : baseName(options.filename);
  return {
    bytes: await read(source, limit, onProgress),
    filename: filename || 'file',
    contentType: options.contentType || ownTypeOf(source) || BINARY,
  };
}

async function read(source: UploadSource, limit: number, onProgress: () => void): Promise<Buffer> {
  if (Buffer.isBuffer(source)) return Buffer.from(within(source, limit));
  if (typeof source === 'string') return readLocalFile(source, limit, onProgress);
  if (source instanceof Blob) return readBlob(source, limit);
  if (source instanceof Readable) return readStream(source, limit, onProgress);
  throw refusedSource(
    `source must be a Buffer, a Blob, a Readable or the path of a file, got ${describeType(source)}.`,
  );
}

async function readBlob(blob: Blob, limit: number): Promise<Buffer> {
  if (blob.size > limit) throw sourceTooLarge(blob.size, limit);
  let bytes: Buffer;
  try {
    // A Blob of a file fails when the file changes.
    bytes = Buffer.from(await blob.arrayBuffer());
  } catch (error) {
    throw refusedSource(`source is a Blob that cannot be read (${codeOf(error)}).`);
  }
  return within(bytes, limit);
}

function within(bytes: Buffer, limit: number): Buffer {
  if (bytes.length > limit) throw sourceTooLarge(bytes.length, limit);
  return bytes;
}

/** The name that a source has by itself: that of the path, of the `File` or of the file that a stream reads. */
function ownNameOf(source: UploadSource): string {
  const name = baseName(pathOf(source));
  if (name === '' || isPlainName(name)) return name;
  throw refusedSource(`source is named ${formatValue(name)}, which cannot be sent; set the option filename.`);
}

/** The type that a Blob has by itself. */
function ownTypeOf(source: UploadSource): string {
  if (!(source instanceof Blob)) return '';
  if (source.type.length <= MAX_NAME_LENGTH) return source.type;
  throw refusedSource(
    `source has the type ${formatValue(source.type)}, which cannot be sent; set the option contentType.`,
  );
}

function pathOf(source: UploadSource): string {
  if (typeof source === 'string') return source;
  let path: unknown;
  if (source instanceof Blob && 'name' in source) path = source.name;
  if (source instanceof Readable && 'path' in source) path = source.path;
  return typeof path === 'string' ? path : '';
}
