import { redact } from '../http/redaction.js';

/** Credentials of the console, and whatever stands before a host: an option may hold them by mistake. */
const CREDENTIAL = /YXA6|@/;

const LONGEST = 60;

/** A wrong value in a message: itself where it is short and no secret, else its kind. */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    if (CREDENTIAL.test(value) || redact(value) !== value) return kindOf(value);
    return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value);
  }
  return typeof value === 'number' || typeof value === 'boolean' || value === undefined
    ? String(value)
    : kindOf(value);
}

/** As {@link shown}, for an option that takes no text: whatever text is there may be a token or a URL with a password. */
export function shownUnlessText(value: unknown): string {
  return typeof value === 'string' ? kindOf(value) : shown(value);
}

/** What a value is, without the value. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string' && value.trim() === '') return 'an empty string';
  return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}
