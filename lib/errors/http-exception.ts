import {
  BadGatewayException,
  BadRequestException,
  ConflictException,
  ForbiddenException,
  GatewayTimeoutException,
  HttpException,
  InternalServerErrorException,
  NotFoundException,
  PayloadTooLargeException,
  ServiceUnavailableException,
  UnauthorizedException,
  UnsupportedMediaTypeException,
  type HttpExceptionOptions,
} from '@nestjs/common';
import type { EasemobErrorInterceptorOptions } from '../options/interceptor.options.js';
import { isEasemobApiError } from './easemob-api.error.js';
import { isEasemobValidationError } from './easemob-validation.error.js';
import type { EasemobError, EasemobErrorKind } from './easemob.error.js';

/** The body of an exception made from an `EasemobError`; fields that Easemob did not send are absent. */
export interface EasemobErrorBody {
  readonly statusCode: number;
  /** The reason phrase of the status. */
  readonly error: string;
  /** One text, or one per broken rule as `ValidationPipe` gives them. */
  readonly message: string | readonly string[];
  /** What Easemob answered; where it did not answer, `error` is the kind of the `EasemobError`. */
  readonly easemob: {
    readonly error?: string;
    readonly exception?: string;
    readonly description?: string;
    readonly timestamp?: number;
    readonly duration?: number;
    readonly errorCode?: number;
  };
}

type Answer = readonly [
  status: number,
  phrase: string,
  type: new (body: object, options: HttpExceptionOptions) => HttpException,
];

type Decision = (status: number | undefined, options: EasemobErrorInterceptorOptions) => Answer;

const BAD_REQUEST: Answer = [400, 'Bad Request', BadRequestException];
const NOT_FOUND: Answer = [404, 'Not Found', NotFoundException];
const BAD_GATEWAY: Answer = [502, 'Bad Gateway', BadGatewayException];
const FORBIDDEN: Answer = [403, 'Forbidden', ForbiddenException];
const INTERNAL: Answer = [500, 'Internal Server Error', InternalServerErrorException];
const UNAVAILABLE: Answer = [503, 'Service Unavailable', ServiceUnavailableException];
const UNAUTHORIZED: Answer = [401, 'Unauthorized', UnauthorizedException];
const UNSUPPORTED_MEDIA: Answer = [415, 'Unsupported Media Type', UnsupportedMediaTypeException];

/** Nest has no class for this status. */
class TooManyRequests extends HttpException {
  constructor(body: object, options: HttpExceptionOptions) {
    super(body, 429, options);
    this.name = 'HttpException';
  }
}
const TOO_MANY: Answer = [429, 'Too Many Requests', TooManyRequests];

/** Decides by kind, where the upstream status has not decided; it decides among several of a kind. */
const ANSWERS: Readonly<Record<EasemobErrorKind, Decision>> = {
  validation: () => BAD_REQUEST,
  'too-large': () => [413, 'Payload Too Large', PayloadTooLargeException],
  auth: (_status, { upstreamAuth }) => (upstreamAuth === 'bad-gateway' ? BAD_GATEWAY : UNAUTHORIZED),
  forbidden: () => FORBIDDEN,
  'not-found': () => NOT_FOUND,
  conflict: () => [409, 'Conflict', ConflictException],
  'rate-limit': () => TOO_MANY,
  // The daily caps are a 403, the plan's a 429.
  quota: (status) => (status === 403 ? FORBIDDEN : TOO_MANY),
  // A wrong method or path is this server's mistake, not its caller's.
  unsupported: (status) => (status === 415 ? UNSUPPORTED_MEDIA : BAD_GATEWAY),
  server: (status) => (status === 503 ? UNAVAILABLE : BAD_GATEWAY),
  network: () => BAD_GATEWAY,
  timeout: () => [504, 'Gateway Timeout', GatewayTimeoutException],
  aborted: () => UNAVAILABLE,
  config: () => INTERNAL,
};

/** The Nest exception for an error of this package: its body is an `EasemobErrorBody`, its `cause` the error. */
export function toHttpException(
  error: EasemobError,
  options: EasemobErrorInterceptorOptions = {},
): HttpException {
  const [statusCode, phrase, Exception] = answerTo(error, options);
  const body: EasemobErrorBody = {
    statusCode,
    error: phrase,
    message: messageOf(error),
    easemob: detailsOf(error),
  };
  return new Exception(body, { cause: error });
}

/** A status that says all is passed on; a 400 that refuses this server's own credentials is not its caller's. */
function answerTo(error: EasemobError, options: EasemobErrorInterceptorOptions): Answer {
  const status = isEasemobApiError(error) ? error.status : undefined;
  if (status === 400 && error.kind !== 'auth') return BAD_REQUEST;
  if (status === 401) return ANSWERS.auth(status, options);
  if (status === 404) return NOT_FOUND;
  return ANSWERS[error.kind](status, options);
}

/** The value of the `Retry-After` header in whole seconds, at least 1; `undefined` where no wait is known. */
export function retryAfterSecondsOf(error: EasemobError): number | undefined {
  return error.retryAfterMs === undefined ? undefined : Math.max(1, Math.ceil(error.retryAfterMs / 1000));
}

function messageOf(error: EasemobError): string | readonly string[] {
  if (isEasemobValidationError(error)) return error.violations.map(({ message }) => message);
  // How this server is configured is nothing for its callers.
  return error.kind === 'config'
    ? 'The Easemob connection of this server is not configured correctly.'
    : error.message;
}

function detailsOf(error: EasemobError): EasemobErrorBody['easemob'] {
  if (isEasemobApiError(error)) {
    const { exception, timestamp, duration, errorCode } = error;
    return {
      ...(error.error && { error: error.error }),
      ...(exception !== undefined && { exception }),
      ...(error.description && { description: error.description }),
      ...(timestamp !== undefined && { timestamp }),
      ...(duration !== undefined && { duration }),
      ...(errorCode !== undefined && { errorCode }),
    };
  }
  return error.kind === 'config' ? { error: error.kind } : { error: error.kind, description: error.message };
}
