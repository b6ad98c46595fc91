import type { EasemobErrorKind, SentState } from './easemob.error.js';

/** Which of the two budgets of a route the service found spent: requests, or messages (one per target). */
export type RefusalScope = 'calls' | 'messages';

/** What an answer means for the call. */
export interface AnswerVerdict {
  readonly kind: EasemobErrorKind;
  readonly retryable: boolean;
  readonly sent: SentState;
  readonly scope?: RefusalScope;
  /** What to do about it, as a sentence. */
  readonly cure?: string;
}

/** The parts of an answer that decide. */
export interface AnswerTraits {
  readonly status: number;
  readonly errorCode?: number | undefined;
  readonly error: string;
  readonly description: string;
}

interface AnswerRule extends AnswerVerdict {
  readonly errorCode?: number;
  readonly error?: string | RegExp;
  readonly text?: RegExp;
}

const REFUSED = { retryable: false, sent: 'no' } as const;
const NOT_TAKEN = { retryable: true, sent: 'no' } as const;
const MAYBE_TAKEN = { retryable: true, sent: 'maybe' } as const;

const SMALLER_MESSAGE = 'Shorten the message or its ext.';
const CHECK_HOST = 'Check host: it does not answer as an Easemob REST server.';
const OPEN_FEATURE = 'Have the feature enabled for the app key, in the console or by Easemob.';
const RAISE_PLAN = 'Only another plan or a raised quota of the Easemob account helps.';

/**
 * Section 13 of the protocol. A status lists its rules from the narrowest trait to the widest: `error_code`, `error`,
 * text, none. The first rule that fits decides.
 */
const RULES: Readonly<Record<number, readonly AnswerRule[]>> = {
  400: [
    { errorCode: 14007, kind: 'too-large', ...REFUSED, cure: SMALLER_MESSAGE },
    { error: 'invalid_grant', text: /\buser/i, kind: 'auth', ...REFUSED },
    { error: 'invalid_grant', kind: 'auth', ...REFUSED, cure: 'Check clientId and clientSecret.' },
    { error: 'service open exception', kind: 'forbidden', ...REFUSED, cure: OPEN_FEATURE },
    { text: /message is too large/i, kind: 'too-large', ...REFUSED, cure: SMALLER_MESSAGE },
    { text: /\bnot open\b/i, kind: 'forbidden', ...REFUSED, cure: OPEN_FEATURE },
    // Two wordings of one refusal, row 41 of section 8.
    {
      text: /params? to.*exceed limit/i,
      kind: 'validation',
      ...REFUSED,
      cure: 'Name fewer targets in one call.',
    },
    { kind: 'validation', ...REFUSED },
  ],
  401: [
    // The edit API answers 401 to an app that may not edit the message; a new token would change nothing.
    { error: /rewrite/i, kind: 'forbidden', ...REFUSED },
    {
      error: 'auth_bad_access_token',
      kind: 'auth',
      ...REFUSED,
      cure: 'A token of another app or cluster is refused so: check appKey and host.',
    },
    { kind: 'auth', ...REFUSED },
  ],
  403: [
    { error: 'exceed_limit', kind: 'quota', ...REFUSED, cure: RAISE_PLAN },
    { text: /reach limit/i, kind: 'rate-limit', ...NOT_TAKEN, scope: 'messages' },
    {
      text: /limit exceeded/i,
      kind: 'quota',
      ...REFUSED,
      cure: 'The daily figure is spent; it starts anew at 00:00 UTC.',
    },
    { text: /too many (groups|chatroom)/i, kind: 'quota', ...REFUSED, cure: RAISE_PLAN },
    { text: /unopened|\bnot open\b|\bnot allow\b/i, kind: 'forbidden', ...REFUSED, cure: OPEN_FEATURE },
    { kind: 'forbidden', ...REFUSED },
  ],
  404: [
    {
      error: 'organization_application_not_found',
      kind: 'not-found',
      ...REFUSED,
      cure: 'Check appKey, and host: an app is known only to its own cluster.',
    },
    { error: 'invalid_grant', kind: 'auth', ...REFUSED },
    { kind: 'not-found', ...REFUSED },
  ],
  405: [{ kind: 'unsupported', ...REFUSED, cure: CHECK_HOST }],
  407: [{ kind: 'config', ...REFUSED, cure: 'The proxy asks for credentials: check http.proxyUrl.' }],
  408: [{ kind: 'timeout', ...MAYBE_TAKEN }],
  409: [{ kind: 'conflict', ...NOT_TAKEN }],
  413: [{ kind: 'too-large', ...REFUSED, cure: 'Send fewer targets, a shorter message or a smaller file.' }],
  415: [{ kind: 'unsupported', ...REFUSED }],
  429: [
    { error: 'resource_limited', kind: 'quota', ...REFUSED, cure: RAISE_PLAN },
    { text: /upgrade to/i, kind: 'quota', ...REFUSED, cure: RAISE_PLAN },
    { kind: 'rate-limit', ...NOT_TAKEN, scope: 'calls' },
  ],
  500: [
    // Permanent refusals of the service that come with the status of an accident.
    { error: 'unsupported_service_operation', kind: 'unsupported', ...REFUSED, cure: CHECK_HOST },
    { error: 'web_application', kind: 'unsupported', ...REFUSED, cure: CHECK_HOST },
    { error: 'no_full_text_index', kind: 'unsupported', ...REFUSED },
    { kind: 'server', ...MAYBE_TAKEN },
  ],
  501: [{ kind: 'unsupported', ...REFUSED }],
  503: [{ kind: 'server', ...NOT_TAKEN }],
  504: [{ kind: 'timeout', ...MAYBE_TAKEN }],
};

/** A status that the protocol does not name. */
function verdictOfClass(status: number): AnswerVerdict {
  if (status >= 300 && status < 400) {
    return { kind: 'server', ...REFUSED, cure: 'Redirects are not followed: check host.' };
  }
  if (status >= 400 && status < 500) return { kind: 'validation', ...REFUSED };
  return { kind: 'server', ...MAYBE_TAKEN };
}

/** Looks an answer up: status, then `error_code`, then `error`, then the description. */
export function verdictOf(answer: AnswerTraits): AnswerVerdict {
  return RULES[answer.status]?.find((rule) => fits(rule, answer)) ?? verdictOfClass(answer.status);
}

function fits(rule: AnswerRule, { errorCode, error, description }: AnswerTraits): boolean {
  if (rule.errorCode !== undefined && rule.errorCode !== errorCode) return false;
  if (typeof rule.error === 'string' && rule.error !== error) return false;
  if (rule.error instanceof RegExp && !rule.error.test(error)) return false;
  return rule.text?.test(description) ?? true;
}
