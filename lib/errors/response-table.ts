import type { EasemobErrorKind, SentState } from './easemob.error.js';

/** What a limit of a route counts: requests, or messages (one per target). */
export type RateLimitScope = 'calls' | 'messages';

/** What a response means for the call. */
export interface ResponseClassification {
  readonly kind: EasemobErrorKind;
  readonly retryable: boolean;
  readonly sent: SentState;
  /** Present where the route is to pause. */
  readonly scope?: RateLimitScope;
  /** What to do about it, as a sentence. */
  readonly hint?: string;
}

/** The parts of a response that decide. */
export interface ResponseTraits {
  readonly status: number;
  readonly errorCode?: number | undefined;
  readonly error: string;
  readonly description: string;
}

interface ResponseRule extends ResponseClassification {
  readonly errorCode?: number;
  readonly error?: string | RegExp;
  readonly text?: RegExp;
}

const REFUSED = { retryable: false, sent: 'no' } as const;
const NOT_ACCEPTED = { retryable: true, sent: 'no' } as const;
const MAYBE_ACCEPTED = { retryable: true, sent: 'maybe' } as const;

const SMALLER_MESSAGE = 'Shorten the message or its ext.';
const FOLLOWS_NO_REDIRECT = 'Redirects are not followed: check host.';
const CHECK_HOST = 'Check host: it does not respond as an Easemob REST server.';
const OPEN_FEATURE = 'Enable the feature for the app key in the console, or ask Easemob to.';
const RAISE_PLAN = 'Raise the plan or the quota of the Easemob account.';

/**
 * The documented errors and what the service is known to send besides. A status lists its rules from the narrowest trait
 * to the widest: `error_code`, `error`, text, none. The first rule that matches decides.
 *
 * @see https://doc.easemob.com/document/server-side/error.html
 */
export const RESPONSE_RULES: Readonly<Record<number, readonly ResponseRule[]>> = {
  // "See other": the request was processed, and its result is elsewhere.
  303: [{ kind: 'server', retryable: false, sent: 'maybe', hint: FOLLOWS_NO_REDIRECT }],
  400: [
    { errorCode: 14007, kind: 'too-large', ...REFUSED, hint: SMALLER_MESSAGE },
    { error: 'invalid_grant', text: /\buser/i, kind: 'auth', ...REFUSED },
    { error: 'invalid_grant', kind: 'auth', ...REFUSED, hint: 'Check clientId and clientSecret.' },
    { error: 'service open exception', kind: 'forbidden', ...REFUSED, hint: OPEN_FEATURE },
    { text: /message is too large/i, kind: 'too-large', ...REFUSED, hint: SMALLER_MESSAGE },
    { text: /\bnot open\b/i, kind: 'forbidden', ...REFUSED, hint: OPEN_FEATURE },
    // The service says "params to's size" or "param to" of the same refusal.
    {
      text: /params? to.*exceed limit/i,
      kind: 'validation',
      ...REFUSED,
      hint: 'Name fewer targets in one call.',
    },
    { kind: 'validation', ...REFUSED },
  ],
  401: [
    // The edit API responds with 401 to an app that may not edit the message; a new token would change nothing.
    { error: /rewrite/i, kind: 'forbidden', ...REFUSED },
    {
      error: 'auth_bad_access_token',
      kind: 'auth',
      ...REFUSED,
      hint: 'Easemob refuses a token of another app or cluster like this: check appKey and host.',
    },
    { kind: 'auth', ...REFUSED },
  ],
  403: [
    { error: 'exceed_limit', kind: 'quota', ...REFUSED, hint: RAISE_PLAN },
    { text: /reach limit/i, kind: 'rate-limit', ...NOT_ACCEPTED, scope: 'messages' },
    {
      text: /limit exceeded/i,
      kind: 'quota',
      ...REFUSED,
      hint: 'The daily limit is reached; it is reset at 00:00 UTC.',
    },
    { text: /too many (groups|chatroom)/i, kind: 'quota', ...REFUSED, hint: RAISE_PLAN },
    { text: /unopened|\bnot open\b|\bnot allow\b/i, kind: 'forbidden', ...REFUSED, hint: OPEN_FEATURE },
    { kind: 'forbidden', ...REFUSED },
  ],
  404: [
    {
      error: 'organization_application_not_found',
      kind: 'not-found',
      ...REFUSED,
      hint: 'Check appKey and host: an app exists only on its own cluster.',
    },
    { error: 'invalid_grant', kind: 'auth', ...REFUSED },
    { kind: 'not-found', ...REFUSED },
  ],
  405: [{ kind: 'unsupported', ...REFUSED, hint: CHECK_HOST }],
  407: [{ kind: 'config', ...REFUSED, hint: 'The proxy asks for credentials: check http.proxyUrl.' }],
  408: [{ kind: 'timeout', ...MAYBE_ACCEPTED }],
  409: [{ kind: 'conflict', ...NOT_ACCEPTED }],
  413: [{ kind: 'too-large', ...REFUSED, hint: 'Send fewer targets, a shorter message or a smaller file.' }],
  415: [{ kind: 'unsupported', ...REFUSED }],
  429: [
    { error: 'resource_limited', kind: 'quota', ...REFUSED, hint: RAISE_PLAN },
    { text: /upgrade to/i, kind: 'quota', ...REFUSED, hint: RAISE_PLAN },
    { kind: 'rate-limit', ...NOT_ACCEPTED, scope: 'calls' },
  ],
  // A gateway gave up on a request that it had passed on.
  499: [{ kind: 'server', ...MAYBE_ACCEPTED }],
  500: [
    // Refusals for good that come with the status of an accident.
    { error: 'unsupported_service_operation', kind: 'unsupported', ...REFUSED, hint: CHECK_HOST },
    { error: 'web_application', kind: 'unsupported', ...REFUSED, hint: CHECK_HOST },
    { error: 'no_full_text_index', kind: 'unsupported', ...REFUSED },
    { kind: 'server', ...MAYBE_ACCEPTED },
  ],
  501: [{ kind: 'unsupported', ...REFUSED }],
  503: [{ kind: 'server', ...NOT_ACCEPTED }],
  504: [{ kind: 'timeout', ...MAYBE_ACCEPTED }],
};

/** Classifies a status that the documents do not name. */
function classifyUnknownStatus(status: number): ResponseClassification {
  if (status >= 300 && status < 400) {
    return { kind: 'server', ...REFUSED, hint: FOLLOWS_NO_REDIRECT };
  }
  if (status >= 400 && status < 500) return { kind: 'validation', ...REFUSED };
  return { kind: 'server', ...MAYBE_ACCEPTED };
}

/** Looks a response up by status, then `error_code`, then `error`, then the description. */
export function lookUpResponse(response: ResponseTraits): ResponseClassification {
  const rule = RESPONSE_RULES[response.status]?.find((each) => matches(each, response));
  return rule ?? classifyUnknownStatus(response.status);
}

function matches(rule: ResponseRule, { errorCode, error, description }: ResponseTraits): boolean {
  if (rule.errorCode !== undefined && rule.errorCode !== errorCode) return false;
  if (typeof rule.error === 'string' && rule.error !== error) return false;
  if (rule.error instanceof RegExp && !rule.error.test(error)) return false;
  return rule.text?.test(description) ?? true;
}
