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

/** The response body of an exception made from an `EasemobError`; fields that Easemob did not send are absent. */
export interface EasemobErrorBody {
  /** The HTTP status. */
  readonly statusCode: number;
  /** The reason phrase of the status. */
  readonly error: string;
  /** One text; for a message that breaks rules, one text per rule, as `ValidationPipe` gives them. */
  readonly message: string | readonly string[];
  /** The fields of Easemob's response; without a response, `error` is the kind of the `EasemobError`. */
  readonly easemob: {
    readonly error?: string;
    readonly exception?: string;
    readonly description?: string;
    readonly timestamp?: number;
    readonly duration?: number;
    readonly errorCode?: number;
  };
}

type ExceptionRow = readonly [
  status: number,
  phrase: string,
  type: new (body: object, options: HttpExceptionOptions) => HttpException,
];

type Decision = (status: number | undefined, options: EasemobErrorInterceptorOptions) => ExceptionRow;

const BAD_REQUEST: ExceptionRow = [400, 'Bad Request', BadRequestException];
const NOT_FOUND: ExceptionRow = [404, 'Not Found', NotFoundException];
const BAD_GATEWAY: ExceptionRow = [502, 'Bad Gateway', BadGatewayException];
const FORBIDDEN: ExceptionRow = [403, 'Forbidden', ForbiddenException];
const INTERNAL: ExceptionRow = [500, 'Internal Server Error', InternalServerErrorException];
const UNAVAILABLE: ExceptionRow = [503, 'Service Unavailable', ServiceUnavailableException];
const UNAUTHORIZED: ExceptionRow = [401, 'Unauthorized', UnauthorizedException];
const UNSUPPORTED_MEDIA: ExceptionRow = [415, 'Unsupported Media Type', UnsupportedMediaTypeException];

/** Nest has no class for this status. */
class TooManyRequests extends HttpException {
  constructor(body: object, options: HttpExceptionOptions) {
    super(body, 429, options);
    this.name = 'HttpException';
  }
}
const TOO_MANY: ExceptionRow = [429, 'Too Many Requests', TooManyRequests];

/** The exception of each kind. Where one kind has several, the upstream status decides among them. */
const EXCEPTIONS: Readonly<Record<EasemobErrorKind, Decision>> = {
  validation: () => BAD_REQUEST,
  'too-large': () => [413, 'Payload Too Large', PayloadTooLargeException],
  auth: (_status, { upstreamAuth }) => (upstreamAuth === 'bad-gateway' ? BAD_GATEWAY : UNAUTHORIZED),
  forbidden: () => FORBIDDEN,
  'not-found': () => NOT_FOUND,
  conflict: () => [409, 'Conflict', ConflictException],
  'rate-limit': () => TOO_MANY,
  // The daily caps are a 403, the plan's a 429.
  quota: (status) => (status === 403 ? FORBIDDEN : TOO_MANY),
  // A wrong method or path is this application's mistake, not its caller's.
  unsupported: (status) => (status === 415 ? UNSUPPORTED_MEDIA : BAD_GATEWAY),
  server: (status) => (status === 503 ? UNAVAILABLE : BAD_GATEWAY),
  network: () => BAD_GATEWAY,
  timeout: () => [504, 'Gateway Timeout', GatewayTimeoutException],
  aborted: () => UNAVAILABLE,
  config: () => INTERNAL,
};

/** Makes the Nest exception of an `EasemobError`: its body is an `EasemobErrorBody`, its `cause` the error. */
export function toHttpException(
  error: EasemobError,
  options: EasemobErrorInterceptorOptions = {},
): HttpException {
  const [statusCode, phrase, Exception] = exceptionFor(error, options);
  const body: EasemobErrorBody = {
    statusCode,
    error: phrase,
    message: messageOf(error),
    easemob: detailsOf(error),
  };
  return new Exception(body, { cause: error });
}

/** Passes the upstream 400, 401 and 404 on; but a 400 that refuses this application's credentials is a 401. */
function exceptionFor(error: EasemobError, options: EasemobErrorInterceptorOptions): ExceptionRow {
  const status = isEasemobApiError(error) ? error.status : undefined;
  if (status === 400 && error.kind !== 'auth') return BAD_REQUEST;
  if (status === 401) return EXCEPTIONS.auth(status, options);
  if (status === 404) return NOT_FOUND;
  return EXCEPTIONS[error.kind](status, options);
}

/** Returns the value of the `Retry-After` header in whole seconds, at least 1; `undefined` where no wait is known. */
export function retryAfterSecondsOf(error: EasemobError): number | undefined {
  return error.retryAfterMs === undefined ? undefined : Math.max(1, Math.ceil(error.retryAfterMs / 1000));
}

function messageOf(error: EasemobError): string | readonly string[] {
  if (isEasemobValidationError(error)) return error.violations.map(({ message }) => message);
  // The configuration of this application is none of its callers' business.
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
