/** What is wrong with a value. An error text is the field's name and then these parts, in this order. */
export interface Issue {
  /** The part of the field that is wrong, for instance `.3` or `.order.id`; empty for the field itself. */
  readonly path: string;
  /** What the part must be and what was received, for instance `must be a string, got a number`. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}

/** Finds the first issue of a value. It is a pure function, so that a pipe and a send can share it. */
export type FindIssue = (value: unknown) => Issue | undefined;

/** The issue of a part that must be something else. */
export function unexpected(expected: string, received: string, hint: string, path = ''): Issue {
  return { path, message: `must be ${expected}, got ${received}`, hint };
}

/** The hint for what is no object: one that was written as JSON has its own cure. */
export function hintForObject(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value.trimStart().startsWith('{')
    ? 'pass the object itself, or JSON.parse the text first'
    : otherwise;
}

/** The issue of a list or a map with too many entries. */
export function tooMany(maximum: number, count: number, hint: string): Issue {
  return { path: '', message: `must have at most ${maximum} entries, got ${count}`, hint };
}

/** The error text of an issue, for instance `target.1 must be a non-empty string, got a number; put it into quotes`. */
export function issueText(field: string, { path, message, hint }: Issue): string {
  return `${field}${path} ${message}; ${hint}`;
}
