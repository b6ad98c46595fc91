import { fold, readAnswerBody } from './answer-body.js';
import { verdictOf, type RefusalScope } from './answer-table.js';
import { EasemobApiError, isEasemobApiError, type EasemobApiFailure } from './easemob-api.error.js';
import { EasemobNetworkError } from './easemob-network.error.js';
import { EasemobTimeoutError } from './easemob-timeout.error.js';
import { EasemobError, type SentState } from './easemob.error.js';
import { verdictOfConnection, type InterruptionVerdict } from './interruption-table.js';
import { retryAfterMsOf } from './retry-after.js';

/** An answer that is no success: any status but 2xx, or a 2xx whose body is not the documented JSON. */
export interface FailedAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An exchange that ended without a whole answer. */
export interface FailedExchange {
  readonly reason: 'network' | 'timeout' | 'aborted';
  /** The system's or the HTTP client's code, for instance `ECONNRESET`. */
  readonly code: string;
  readonly message: string;
  /** Whether a byte of the request may have reached the server. */
  readonly written: boolean;
}

export interface FailureContext {
  /** The call as a text names it, for instance `POST /messages`. */
  readonly what: string;
  /** Takes the secrets out of a text; applied to every text of the error. */
  redact(text: string): string;
  /** Unix milliseconds, for a `Retry-After` that is a date. Default: the clock. */
  now?(): number;
}

/** Turns an answer that is no success into its error, by section 13 of the protocol. Never throws. */
export function errorOfAnswer(answer: FailedAnswer, context: FailureContext): EasemobApiError {
  const failure = { status: answer.status, ...readAnswerBody(answer.body, (text) => context.redact(text)) };
  const { kind, retryable, sent, cure } = verdictOf(failure);
  const retryAfterMs = retryAfterMsOf(answer.headers['retry-after'], () => context.now?.() ?? Date.now());
  const text = context.redact(sentences(headlineOf(failure, answer.headers, sent, context.what), cure));
  return new EasemobApiError(text, failure, {
    kind,
    retryable,
    sent,
    retryAfterMs,
  });
}

/** Turns an exchange without an answer into its error: network, timeout or aborted. Never throws. */
export function errorOfInterruption(exchange: FailedExchange, context: FailureContext): EasemobError {
  const { kind, retryable, sent: rule, cure } = verdictOfInterruption(exchange);
  const byBytes: SentState = exchange.written ? 'maybe' : 'no';
  const sent = rule === 'by-bytes' ? byBytes : rule;
  const code = fold(context.redact(exchange.code));
  const reason = `${fold(exchange.message) || 'the connection failed'} (${code})`;
  const doubt = sent === 'maybe' ? 'Easemob may have taken the call.' : undefined;
  const say = (headline: string): string => context.redact(sentences(`${headline}: ${reason}`, doubt, cure));
  switch (kind) {
    case 'aborted':
      return new EasemobError(say(`${context.what} was aborted`), { kind, retryable, sent });
    case 'timeout':
      return new EasemobTimeoutError(say(`Easemob did not answer ${context.what} in time`), { sent });
    case 'network':
      return new EasemobNetworkError(say(`Easemob could not be reached for ${context.what}`), {
        code,
        retryable,
        sent,
      });
    default:
      return kind satisfies never;
  }
}

/**
 * Which budget a refusal of the service speaks of: `calls` for a 429, `messages` for the 403 of section 9.1;
 * `undefined` for every other error, a wait that the local limiter ended included.
 */
export function refusalScope(error: EasemobError): RefusalScope | undefined {
  return isEasemobApiError(error) ? verdictOf(error).scope : undefined;
}

function verdictOfInterruption({ reason, code, message }: FailedExchange): InterruptionVerdict {
  const verdict = verdictOfConnection({ code, message });
  if (reason === 'aborted') return { kind: 'aborted', retryable: false, sent: 'by-bytes' };
  if (reason === 'timeout' && verdict.kind !== 'timeout')
    return { kind: 'timeout', retryable: true, sent: 'by-bytes' };
  return verdict;
}

function headlineOf(
  { status, error, errorCode, description }: EasemobApiFailure,
  headers: FailedAnswer['headers'],
  sent: SentState,
  what: string,
): string {
  const detail = fold(description);
  if (status >= 200 && status < 300) {
    return detail === ''
      ? `Easemob answered ${what} with ${status} and an empty body`
      : `Easemob answered ${what} with ${status} and not the documented JSON: ${detail}`;
  }
  if (status >= 300 && status < 400) {
    return `Easemob answered ${what} with a redirect (${status})${originOf(headers['location'])}`;
  }
  const code = [error, errorCode].filter((part) => part !== '' && part !== undefined).join(' ');
  const verb = sent === 'no' ? 'refused' : 'failed';
  return `Easemob ${verb} ${what} with ${status}${code && ` ${code}`}${detail && `: ${detail}`}`;
}

/** The origin alone: the rest of a location may hold anything. */
function originOf(location: string | undefined): string {
  return location !== undefined && URL.canParse(location) ? ` to ${new URL(location).origin}` : '';
}

/** Only between sentences: the service's own text is left to end as it does. */
function sentences(...parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined)
    .reduce((text, next) => `${text}${/[.!?…]$/.test(text) ? '' : '.'} ${next}`);
}
