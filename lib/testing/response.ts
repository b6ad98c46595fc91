import type { Refusal } from './refusal.js';
import type { RequestContext } from './request.js';
import type { EmulatorState } from './state.js';

/** A response before it is written. */
export interface EmulatorResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export function jsonResponse(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): EmulatorResponse {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
    body: JSON.stringify(value),
  };
}

/** What a successful call returns within the envelope. */
type Result =
  | { readonly data: object }
  | { readonly path?: string; readonly entities: readonly object[]; readonly count?: number };

/** A result in the envelope that every successful call has in common. Its path is that of the URL unless it has one. */
export function successResponse(
  state: EmulatorState,
  { request }: RequestContext,
  result: Result,
): EmulatorResponse {
  const resource = request.path.slice(`/${state.orgName}/${state.appName}`.length);
  const now = state.clock.now();
  return jsonResponse(200, {
    path: resource,
    uri: `${state.url}${request.path}`,
    timestamp: Math.floor(now),
    organization: state.orgName,
    application: state.application,
    action: request.method.toLowerCase(),
    ...result,
    duration: Math.floor(now - request.receivedAt),
    applicationName: state.appName,
  });
}

/** A refusal in the error envelope, or without a body where the refusal has no fields. */
export function errorResponse(
  { status, fields, headers }: Refusal,
  timestamp: number,
  duration = 0,
): EmulatorResponse {
  if (fields === undefined) return { status, headers, body: '' };
  const { error, exception, ...texts } = fields;
  return jsonResponse(status, { error, exception, timestamp, duration, ...texts }, headers);
}
