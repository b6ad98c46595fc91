import { describeType } from '../errors/describe-type.js';
import type { Check } from './checks.js';
import { formatValue } from './format-value.js';

/** Printable ASCII and Latin-1, which is what a header can carry, with no blank at either end. */
const HEADER_VALUE =
  /^[\u0021-\u007E\u00A1-\u00FF](?:[\u0020-\u007E\u00A0-\u00FF]{0,254}[\u0021-\u007E\u00A1-\u00FF])?$/;

/** The URL of a proxy. A refused value is never quoted: it may contain a password. */
export const proxyUrl: Check<string> = {
  type: 'string',
  must: 'be an http:// or https:// URL, "http://user:password@host:port"',
  describe: describeType,
  accepts: (value): value is string =>
    typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
};

/** A value that a header can carry unchanged. */
export const headerValue: Check<string> = {
  type: 'string',
  must: 'be 1 to 256 printable Latin-1 characters without a blank at either end',
  describe: formatValue,
  accepts: (value): value is string => typeof value === 'string' && HEADER_VALUE.test(value),
};
