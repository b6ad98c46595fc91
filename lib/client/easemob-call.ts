import type { Route } from '../options/rate-limit.options.js';

/** What a service wants of Easemob; how it gets there (token, turn, HTTP, retries) is the client's business. */
export interface EasemobCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/{org}/{app}`, with its query: `/messages?useMsgId=true`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What goes on the wire, byte for byte. */
  readonly body?: string | Buffer;
  /** The route whose rate limit this call counts against. */
  readonly route: Route;
  /** How many messages the call counts as: one per target. */
  readonly messages: number;
  /** Whether the call may be made again when it is not known if the service took it. */
  readonly repeatable: boolean;
  readonly signal?: AbortSignal | undefined;
  /** At least this long for one try, in milliseconds, whatever `http.timeoutMs` says. */
  readonly minTimeoutMs?: number;
}

/** The documented success envelope, section 1.3 of the protocol: every field may be missing. */
export interface EasemobResponse {
  /** The HTTP method in lower case. */
  readonly action?: string;
  /** The app's UUID. */
  readonly application?: string;
  readonly applicationName?: string;
  readonly organization?: string;
  readonly path?: string;
  readonly uri?: string;
  /** What was made, for files; empty or missing for messages. */
  readonly entities?: readonly unknown[];
  /** For messages: what became of each target. */
  readonly data?: unknown;
  /** Unix milliseconds. */
  readonly timestamp?: number;
  /** Milliseconds. */
  readonly duration?: number;
}
