import type { Refusal } from './refusal.js';
import type { Call } from './request.js';
import type { EmulatorState } from './state.js';

/** An answer before it is written. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
    body: JSON.stringify(value),
  };
}

/** The success envelope, section 1.3 of the protocol. */
export function success(
  state: EmulatorState,
  { request }: Call,
  result: { readonly data: object } | { readonly entities: readonly object[] },
): Answer {
  const resource = request.path.slice(`/${state.orgName}/${state.appName}`.length);
  const now = state.clock.now();
  return jsonAnswer(200, {
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

/** The error envelope, section 1.4 of the protocol; no body where the protocol has none. */
export function failure({ status, fields, headers }: Refusal, timestamp: number, duration = 0): Answer {
  if (fields === undefined) return { status, headers, body: '' };
  const { error, exception, ...words } = fields;
  return jsonAnswer(status, { error, exception, timestamp, duration, ...words }, headers);
}
