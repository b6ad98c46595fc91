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
