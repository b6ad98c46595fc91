import { describeType } from '../errors/describe-type.js';
import { redact } from '../http/redaction.js';

/** Console credentials begin with `YXA6`; user and password precede an `@`. An option may hold either by mistake. */
const CREDENTIAL = /YXA6|@/;

const MAX_LENGTH = 60;

/** Formats a refused value for an error text. A value that may be a secret is not quoted: only its type is named. */
export function formatValue(value: unknown): string {
  if (typeof value === 'string' && isQuotable(value)) return JSON.stringify(excerptOf(value));
  return typeof value === 'number' || typeof value === 'boolean' || value === undefined
    ? String(value)
    : describeType(value);
}

/** {@link formatValue} for an option that takes no text: any text there may be a token, or a URL with a password. */
export function formatUnlessText(value: unknown): string {
  return typeof value === 'string' ? describeType(value) : formatValue(value);
}

/** Whether an error text may quote a text: nothing in it looks like a secret. */
export function isQuotable(text: string): boolean {
  const excerpt = excerptOf(text);
  return !CREDENTIAL.test(text) && redact(excerpt) === excerpt;
}

function excerptOf(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
