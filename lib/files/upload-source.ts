import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { EasemobValidationError } from '../errors/index.js';

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
 * Reads a source up to a limit.
 *
 * @throws EasemobValidationError kind `too-large` above the limit (before reading where the size is known), kind
 * `validation` for a source that cannot be read
 */
export async function readSource(
  source: UploadSource,
  options: { readonly filename?: string | undefined; readonly contentType?: string | undefined },
  limit: number,
): Promise<UploadFile> {
  const { bytes, filename, contentType } = await read(source, limit);
  return {
    bytes,
    filename: baseName(options.filename ?? filename) || 'file',
    contentType: options.contentType || contentType || BINARY,
  };
}

async function read(
  source: UploadSource,
  limit: number,
): Promise<{ bytes: Buffer; filename: string; contentType?: string }> {
  if (Buffer.isBuffer(source)) return { bytes: within(source, limit), filename: '' };
  if (typeof source === 'string') return { bytes: await readPath(source, limit), filename: source };
  if (source instanceof Blob) {
    if (source.size > limit) throw tooLarge(source.size, limit);
    const name: unknown = 'name' in source ? source.name : '';
    const filename = typeof name === 'string' ? name : '';
    return { bytes: Buffer.from(await source.arrayBuffer()), filename, contentType: source.type };
  }
  if (source instanceof Readable) {
    const path: unknown = 'path' in source ? source.path : '';
    return { bytes: await readStream(source, limit), filename: typeof path === 'string' ? path : '' };
  }
  throw invalid(`source must be a Buffer, a Blob, a Readable or the path of a file, got ${typeof source}.`);
}

async function readPath(path: string, limit: number): Promise<Buffer> {
  try {
    const file = await stat(path);
    if (!file.isFile()) throw invalid(`source "${baseName(path)}" is not a file; give the path of one file.`);
    if (file.size > limit) throw tooLarge(file.size, limit);
    return within(await readFile(path), limit);
  } catch (error) {
    if (error instanceof EasemobValidationError) throw error;
    throw invalid(
      `source "${baseName(path)}" cannot be read (${codeOf(error)}); give the path of a readable file.`,
    );
  }
}

async function readStream(stream: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a byte stream gives nothing else
      const bytes = Buffer.from(chunk as Uint8Array | string);
      size += bytes.length;
      if (size > limit) break;
      chunks.push(bytes);
    }
  } catch (error) {
    throw invalid(`source is a stream that failed (${codeOf(error)}) before it was read to its end.`);
  }
  if (size > limit) throw tooLarge(undefined, limit);
  return Buffer.concat(chunks);
}

function within(bytes: Buffer, limit: number): Buffer {
  if (bytes.length > limit) throw tooLarge(bytes.length, limit);
  return bytes;
}

function tooLarge(size: number | undefined, limit: number): EasemobValidationError {
  const has = size === undefined ? 'more than' : `${size} bytes and`;
  const allowed = size === undefined ? `the ${limit} bytes allowed` : `${limit} are allowed`;
  const message = `source has ${has} ${allowed}; upload a smaller file, or raise limits.uploadBytes if your plan allows more.`;
  return new EasemobValidationError([{ path: 'source', message }], 'too-large');
}

function invalid(message: string): EasemobValidationError {
  return new EasemobValidationError([{ path: 'source', message }]);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Works for both kinds of path: an upload from a browser on Windows may carry `C:\\…`. */
function baseName(path: string): string {
  return basename(path.replaceAll('\\', '/'));
}
