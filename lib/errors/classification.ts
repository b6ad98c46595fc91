import { EasemobApiError, type EasemobApiFailure } from './easemob-api.error.js';
import { EasemobNetworkError } from './easemob-network.error.js';
import { EasemobTimeoutError } from './easemob-timeout.error.js';
import { EasemobError, type SentState } from './easemob.error.js';
import { fold, readErrorBody } from './error-body.js';
import { lookUpResponse, type RateLimitScope } from './response-table.js';
import { retryAfterMsOf } from './retry-after.js';
import { lookUpTransportError, type TransportClassification } from './transport-error-table.js';

/** A response that is no success: any status but 2xx, or a 2xx whose body is not the documented JSON. */
export interface FailedResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An exchange that ended without a whole response. */
export interface FailedExchange {
  readonly reason: 'network' | 'timeout' | 'aborted';
  /** The code of the system or of the HTTP client, for instance `ECONNRESET`. */
  readonly code: string;
  readonly message: string;
  /** Whether a byte of the request may have reached the server. */
  readonly requestWritten: boolean;
}

/** What the error is to say of the call besides its failure. */
export interface FailureContext {
  /** The call as the text names it, for instance `POST /messages`. */
  readonly what: string;
  /** Removes the secrets from a text; applied to every text of the error. */
  redact(text: string): string;
  /** How many attempts of the call were made. */
  readonly attempts: number;
  /** Known from elsewhere, it outweighs the failure: an earlier attempt, or a request that carries no send. */
  readonly sent?: SentState | undefined;
  /** Outweighs the `Retry-After` of the response, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Unix milliseconds, for a `Retry-After` that is a date. Default: the clock. */
  now?(): number;
}

/** The error of a response, and the limit that the response reports as reached. */
export interface ClassifiedResponse {
  readonly error: EasemobApiError;
  /** `calls` for a 429, `messages` for a 403 that says `message send reach limit`. */
  readonly scope?: RateLimitScope | undefined;
}

/** Classifies a response that is no success. Never throws. */
export function classifyResponse(response: FailedResponse, context: FailureContext): ClassifiedResponse {
  return readFailedResponse(response, (text) => context.redact(text))(context);
}

/**
 * Reads a response that is no success, which takes long for a long body, and returns what classifies it for each of the
 * calls that it fails. Never throws.
 */
export function readFailedResponse(
  { status, headers, body }: FailedResponse,
  redact: FailureContext['redact'],
): (context: FailureContext) => ClassifiedResponse {
  const failure = { status, ...readErrorBody(body, redact) };
  return (context) => classifyFailure(failure, headers, context);
}

function classifyFailure(
  failure: EasemobApiFailure,
  headers: FailedResponse['headers'],
  context: FailureContext,
): ClassifiedResponse {
  const { kind, retryable, sent, scope, hint } = lookUpResponse(failure);
  const now = (): number => context.now?.() ?? Date.now();
  const headline = headlineOf(failure, headers, sent, context.what);
  const error = new EasemobApiError(context.redact(sentences(headline, hint)), failure, {
    kind,
    retryable,
    sent: context.sent ?? sent,
    attempts: context.attempts,
    retryAfterMs: context.retryAfterMs ?? retryAfterMsOf(headers['retry-after'], now),
  });
  return { error, scope };
}

/** Classifies an exchange without a response: network, timeout or aborted. Never throws. */
export function classifyTransportError(exchange: FailedExchange, context: FailureContext): EasemobError {
  const { kind, retryable, sent: rule, hint } = classificationOf(exchange);
  const ifWritten: SentState = exchange.requestWritten ? 'maybe' : 'no';
  const sent = context.sent ?? (rule === 'if-written' ? ifWritten : rule);
  const code = fold(context.redact(exchange.code));
  const reason = `${fold(exchange.message) || 'the connection failed'} (${code})`;
  const doubt = sent === 'maybe' ? 'Easemob may have accepted the call.' : undefined;
  const textOf = (headline: string): string =>
    context.redact(sentences(`${headline}: ${reason}`, doubt, hint));
  const details = { sent, attempts: context.attempts, retryAfterMs: context.retryAfterMs };
  switch (kind) {
    case 'aborted':
      return new EasemobError(textOf(`${context.what} was aborted`), { ...details, kind, retryable });
    case 'timeout':
      return new EasemobTimeoutError(textOf(`${context.what} timed out`), details);
    case 'network':
      return new EasemobNetworkError(textOf(`Easemob could not be reached for ${context.what}`), {
        ...details,
        code,
        retryable,
      });
    default:
      return kind satisfies never;
  }
}

function classificationOf({ reason, code, message }: FailedExchange): TransportClassification {
  const classification = lookUpTransportError({ code, message });
  if (reason === 'aborted') return { kind: 'aborted', retryable: false, sent: 'if-written' };
  if (reason === 'timeout' && classification.kind !== 'timeout')
    return { kind: 'timeout', retryable: true, sent: 'if-written' };
  return classification;
}

function headlineOf(
  { status, error, errorCode, description }: EasemobApiFailure,
  headers: FailedResponse['headers'],
  sent: SentState,
  what: string,
): string {
  const detail = fold(description);
  if (status >= 200 && status < 300) {
    return detail === ''
      ? `The response to ${what} is a ${status} with an empty body`
      : `The response to ${what} is a ${status} without the documented JSON: ${detail}`;
  }
  if (status >= 300 && status < 400) {
    return `The response to ${what} is a redirect (${status})${originOf(headers['location'])}`;
  }
  const code = [error, errorCode].filter((part) => part !== '' && part !== undefined).join(' ');
  const verb = sent === 'no' ? 'refused' : 'failed';
  return `Easemob ${verb} ${what} with ${status}${code && ` ${code}`}${detail && `: ${detail}`}`;
}

/** Names the origin alone: the rest of a location may hold anything. */
function originOf(location: string | undefined): string {
  return location !== undefined && URL.canParse(location) ? ` to ${new URL(location).origin}` : '';
}

/** Puts a full stop between sentences only: Easemob's own text ends as it came. */
function sentences(...parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined)
    .reduce((text, next) => `${text}${/[.!?…]$/.test(text) ? '' : '.'} ${next}`);
}
