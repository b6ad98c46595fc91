import type { EasemobApiFailure } from './easemob-api.error.js';

/** The fields of a response body that the error carries. */
export type ErrorBody = Omit<EasemobApiFailure, 'status'>;

const MAX_EXCERPT_LENGTH = 200;
const MAX_DESCRIPTION_LENGTH = 1000;
/** Enough to find the words of an HTML page, and little enough for the patterns below. */
const MAX_SCANNED_LENGTH = 4000;

/**
 * Reads Easemob's error JSON; any other body becomes an excerpt. Never throws.
 *
 * @see https://doc.easemob.com/document/server-side/error.html
 */
export function readErrorBody(body: string, redact: (text: string) => string): ErrorBody {
  const json = parse(body);
  const record = isRecord(json) ? json : {};
  const error = textOf(record['error']);
  const description = textOf(record['error_description']);
  const exception = textOf(record['exception']);
  const isDocumented = [error, description, exception].some((text) => text !== undefined);
  return {
    error: cut(fold(redact(error ?? '')), MAX_EXCERPT_LENGTH),
    description: isDocumented
      ? cut(redact(description ?? ''), MAX_DESCRIPTION_LENGTH)
      : excerptOf(body, json, redact),
    exception: exception && cut(fold(redact(exception)), MAX_EXCERPT_LENGTH),
    errorCode: integerOf(record['error_code']),
    timestamp: numberOf(record['timestamp']),
    duration: numberOf(record['duration']),
  };
}

/** Folds every run of white space and control characters into one space, so that a text stays on its line. */
export function fold(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

function excerptOf(body: string, json: unknown, redact: (text: string) => string): string {
  // JSON that breaks off inside a string would hide a secret from patterns that look for the closing quote.
  const isBrokenJson = json === undefined && /^\s*[[{]/.test(body);
  const safe = redact(isBrokenJson ? `${body}""` : withoutEscapes(body, json)).slice(0, MAX_SCANNED_LENGTH);
  const text = /<\/?[a-z!][^<>]*>/i.test(safe) ? withoutTags(safe) : safe;
  return cut(fold(isBrokenJson ? text.replace(/""?$/, '') : text), MAX_EXCERPT_LENGTH);
}

/** A secret may stand in JSON with its slashes and letters escaped. */
function withoutEscapes(body: string, json: unknown): string {
  try {
    return JSON.stringify(json) ?? body;
  } catch {
    // Nested too deeply to be written again.
    return body;
  }
}

function withoutTags(html: string): string {
  return html
    .replace(/<(script|style)\b[^]*?(<\/\1\s*>|$)/gi, ' ')
    .replace(/<[^<>]*(>|$)/g, ' ')
    .replace(/&nbsp;/gi, ' ');
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether a value is an object with members, and no array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function integerOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? numberOf(number) : undefined;
}
