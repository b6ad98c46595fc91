import type { RateLimitStore } from '../rate-limit/rate-limit-store.js';

/** The families of calls that Easemob counts separately. */
export type RateLimitRoute = 'users' | 'chatgroups' | 'chatrooms' | 'files';

/**
 * The limits of one route, per app key. A limit that is left out keeps its default; `Infinity` lifts it.
 *
 * @see https://doc.easemob.com/product/limitationapi.html
 */
export interface RouteLimit {
  /**
   * Requests per second, above 0. A fraction is one request in a longer time: 0.5 is one request in two seconds.
   *
   * @see https://doc.easemob.com/product/limitationapi.html
   */
  readonly callsPerSecond?: number | undefined;
  /**
   * At most `count` messages, above 0, in every window of `windowMs` milliseconds, 1 to 2147483647. A request counts as
   * one message per target.
   *
   * @see https://doc.easemob.com/product/limitationapi.html
   */
  readonly messages?: { readonly count: number; readonly windowMs: number } | undefined;
}

/**
 * How calls are delayed so that they stay within the limits of the service. The defaults are the documented limits of a
 * plan whose limits were not raised.
 *
 * @see https://doc.easemob.com/product/limitationapi.html
 */
export interface RateLimitOptions {
  /**
   * The limits of messages to users.
   *
   * @default { callsPerSecond: 100, messages: { count: 6000, windowMs: 60_000 } }
   * @see https://doc.easemob.com/document/server-side/message_single.html
   */
  readonly users?: RouteLimit | undefined;
  /**
   * The limits of messages to chat groups.
   *
   * @default { callsPerSecond: 20, messages: { count: 20, windowMs: 1000 } }
   * @see https://doc.easemob.com/document/server-side/message_group.html
   */
  readonly chatgroups?: RouteLimit | undefined;
  /**
   * The limits of messages to chat rooms.
   *
   * @default { callsPerSecond: 100, messages: { count: 100, windowMs: 1000 } }
   * @see https://doc.easemob.com/document/server-side/message_chatroom.html
   */
  readonly chatrooms?: RouteLimit | undefined;
  /**
   * The limits of uploads and downloads, counted together.
   *
   * @default { callsPerSecond: 100 }
   * @see https://doc.easemob.com/document/server-side/message_upload_file.html
   */
  readonly files?: RouteLimit | undefined;
  /**
   * How long a call may wait for the rate limit, in milliseconds, 0 or more; `Infinity` waits without end. After
   * that it fails with a `rate-limit` error and is not sent.
   *
   * @default 30_000
   */
  readonly maxWaitMs?: number | undefined;
  /**
   * Shares the limits between processes and registrations that use the same app key.
   *
   * @default the memory of this process, for this registration alone
   */
  readonly store?: RateLimitStore | undefined;
}
