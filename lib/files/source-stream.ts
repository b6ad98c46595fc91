import type { Readable } from 'node:stream';
import { describeType } from '../errors/describe-type.js';
import { isEasemobError } from '../errors/index.js';
import { codeOf, refusedSource, sourceTooLarge } from './source-refusal.js';

const USED = 'source is a stream that was read, ended or destroyed before the upload; give a new one.';

/**
 * Reads a stream to its end, or to the limit, and calls back at every chunk.
 *
 * @throws EasemobValidationError for a stream that was used before, that fails, or that yields anything but bytes and text
 */
export async function readStream(stream: Readable, limit: number, onProgress: () => void): Promise<Buffer> {
  const { readableDidRead } = stream;
  // A reader that takes the bytes already leaves an arbitrary rest.
  if (!stream.readable || (readableDidRead && stream.readableFlowing === true)) throw refusedSource(USED);
  const bytes = await readChunks(stream, limit, onProgress);
  // Somebody may look at the first bytes and put them back, but then something is left.
  if (bytes.length === 0 && readableDidRead) throw refusedSource(USED);
  return bytes;
}

async function readChunks(stream: Readable, limit: number, onProgress: () => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      onProgress();
      const bytes = bytesOf(chunk, stream.readableEncoding);
      size += bytes.length;
      if (size > limit) throw sourceTooLarge(undefined, limit);
      chunks.push(bytes);
    }
  } catch (error) {
    if (isEasemobError(error)) throw error;
    throw refusedSource(`source is a stream that failed (${codeOf(error)}) before it was read to its end.`);
  }
  return Buffer.concat(chunks);
}

function bytesOf(chunk: unknown, encoding: BufferEncoding | null): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk, encoding ?? 'utf8');
  if (chunk instanceof Uint8Array) return Buffer.from(chunk);
  throw refusedSource(`source is a stream that yields ${describeType(chunk)}; give a stream of bytes.`);
}
