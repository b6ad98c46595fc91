import { Transform, type TransformCallback } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** Returns the decoder of a compressed response, or undefined for plain bytes. */
export function decoderOf(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case undefined:
    case '':
    case 'identity':
      return undefined;
    default:
      return refusing(encoding ?? '');
  }
}

function refusing(encoding: string): Transform {
  return new Transform({
    transform: (_chunk, _encoding, callback: TransformCallback) =>
      callback(new Error(`the response has an unknown content encoding "${encoding.slice(0, 40)}"`)),
  });
}

/** Decodes a whole body; rejects when the body is not encoded as its header says. */
export async function decode(chunks: readonly Buffer[], encoding: string | undefined): Promise<Buffer> {
  const whole = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  const decoder = whole.length > 0 ? decoderOf(encoding) : undefined;
  if (!decoder) return whole;
  decoder.end(whole);
  const decoded: Buffer[] = [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a decoder gives nothing else
  for await (const chunk of decoder) decoded.push(chunk as Buffer);
  return Buffer.concat(decoded);
}
