import type { RateLimitRoute } from '../options/rate-limit.options.js';

/** A call that a service makes; token, rate limit, HTTP and retries are the client's business. */
export interface EasemobCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/{org}/{app}`, with its query: `/messages?useMsgId=true`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The bytes that go on the wire. */
  readonly body?: string | Buffer;
  /** The secrets that the call carries, besides the token: no text of an error shows them. */
  readonly secrets?: readonly string[];
  /** The route whose rate limit this call counts against. */
  readonly route: RateLimitRoute;
  /** How many messages the call counts as: one per target. */
  readonly messages: number;
  /** Whether the call may be made twice without harm when it is not known whether Easemob accepted it. */
  readonly idempotent: boolean;
  readonly signal?: AbortSignal | undefined;
  /** The timeout of one attempt is at least this long, in milliseconds, whatever `http.timeoutMs` says. */
  readonly minTimeoutMs?: number;
}

/** A call that succeeded. */
export interface CallResult {
  readonly response: EasemobResponse;
  /** How many attempts it took. */
  readonly attempts: number;
}

/**
 * The documented JSON of a successful response; every field may be missing.
 *
 * @see https://doc.easemob.com/document/server-side/overview.html
 */
export interface EasemobResponse {
  /** The HTTP method in lower case. */
  readonly action?: string;
  /** The UUID of the app. */
  readonly application?: string;
  /** The app name, the second part of the app key. */
  readonly applicationName?: string;
  /** The org name, the first part of the app key. */
  readonly organization?: string;
  /** The path below the app, for instance `/messages`. */
  readonly path?: string;
  /** The URL of the request. */
  readonly uri?: string;
  /** For uploads: the files that were created. Empty or missing for messages. */
  readonly entities?: readonly unknown[];
  /** For messages: the message ID, or `success`, of each target. */
  readonly data?: unknown;
  /** When the server responded, Unix milliseconds. */
  readonly timestamp?: number;
  /** How long the server took, in milliseconds. */
  readonly duration?: number;
}
