import { Transform, type TransformCallback } from 'node:stream';
// From the module and not the global, which an application's tests may replace.
import { setImmediate } from 'node:timers';
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
    // Later, as a decoder does it: a download that failed before its caller held it would seem to stand still.
    transform: (_chunk, _encoding, callback: TransformCallback) =>
      void setImmediate(
        callback,
        new Error(`the response has an unknown content encoding "${encoding.slice(0, 40)}"`),
      ),
  });
}
