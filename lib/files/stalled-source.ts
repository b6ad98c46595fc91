import { Readable } from 'node:stream';
import { refusedSource } from './source-refusal.js';
import type { UploadSource } from './upload-source.js';

/**
 * Reads a source that may not stand still for longer than `idleMs`: a client that goes away without a word must not hold
 * the upload for ever. A stream that did is destroyed.
 *
 * @param read - calls `onProgress` whenever the source provides something
 * @throws EasemobValidationError for a source that stood still
 */
export function readWithin<T>(
  source: UploadSource,
  idleMs: number,
  read: (onProgress: () => void) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(refusedSource(`source provided nothing for ${idleMs} ms; give one that does not stall.`));
      if (source instanceof Readable) source.destroy();
    }, idleMs).unref();
    read(() => void timer.refresh())
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
