import type { ValidationOptions } from 'class-validator';

import { isJsonObject } from '../../../http/json.js';
import { type FindIssue, type Issue, issueText } from './issue.js';

/**
 * The options of a constraint whose error text is an issue. The context travels with the `ValidationError`, so that
 * the service can ask for the exact path.
 */
export function explain(findIssue: FindIssue): ValidationOptions {
  return {
    message: ({ property, value }) => {
      const issue = findIssue(value);
      return issue === undefined ? '' : escapeTokens(issueText(property, issue));
    },
    context: { findIssue },
  };
}

/** Whether the options of a constraint came from `explain`: the constraint is one of this library. */
export function isExplained(context: unknown): context is { readonly findIssue: FindIssue } {
  return isJsonObject(context) && typeof context['findIssue'] === 'function';
}

/**
 * The issue that an error text was made of. It is undefined for the text of an application's constraint, which may have
 * the name, and so the context, of one of this library.
 */
export function issueBehind(
  text: string,
  { property, value }: { readonly property: string; readonly value?: unknown },
  context: unknown,
): Issue | undefined {
  const issue = isExplained(context) ? context.findIssue(value) : undefined;
  return issue !== undefined && escapeTokens(issueText(property, issue)) === text ? issue : undefined;
}

/**
 * class-validator replaces `$value` and similar tokens in a message, also in an excerpt of a received value. A short
 * excerpt full of tokens would grow to many copies of the value.
 */
function escapeTokens(text: string): string {
  return text.replaceAll('$', String.raw`\u0024`);
}
