import { describeError } from '../errors/describe-error.js';
import { EasemobValidationError } from '../errors/index.js';

/** The error of a source that cannot be uploaded as it is. */
export function refusedSource(message: string): EasemobValidationError {
  return new EasemobValidationError([{ path: 'source', message }]);
}

/** The error of a source beyond the limit, whose size is known or not. */
export function sourceTooLarge(size: number | undefined, limit: number): EasemobValidationError {
  const has = size === undefined ? 'more than' : `${size} bytes and`;
  const allowed = size === undefined ? `the ${limit} bytes allowed` : `${limit} are allowed`;
  const message = `source has ${has} ${allowed}; upload a smaller file, or raise limits.uploadBytes if your plan allows more.`;
  return new EasemobValidationError([{ path: 'source', message }], 'too-large');
}

/** Names the reason of a failed read by its code, else by its class, without its words, which may contain a path. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object') return 'unknown reason';
  return describeError(error).split(' ').at(-1) ?? '';
}
