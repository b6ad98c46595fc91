import type { EmulatedMessageType, EmulatedTargetType } from './message.types.js';

/** The limits of one group of routes. A missing figure keeps its documented default; `Infinity` lifts the limit. */
export interface EmulatorRouteLimit {
  /** Calls per second. The emulator refuses more with 429 `reach_limit`. */
  readonly callsPerSecond?: number | undefined;
  /**
   * Messages, one per target, in a window of `windowMs` milliseconds. The emulator refuses more with 403
   * `message send reach limit`.
   */
  readonly messages?: { readonly count: number; readonly windowMs: number } | undefined;
}

/**
 * The rate limits of each group of routes.
 *
 * @see {@link https://doc.easemob.com/product/limitationapi.html}
 */
export interface EmulatorRateLimits {
  /**
   * Messages to users, over both APIs together.
   * @default 100 calls a second, 6000 messages a minute
   */
  readonly users?: EmulatorRouteLimit | undefined;
  /**
   * Messages to chat groups, over both APIs together.
   * @default 20 calls a second, 20 messages a second
   */
  readonly chatgroups?: EmulatorRouteLimit | undefined;
  /**
   * Messages to chat rooms, over both APIs together.
   * @default 100 calls a second, 100 messages a second
   */
  readonly chatrooms?: EmulatorRouteLimit | undefined;
  /**
   * Uploads and downloads together.
   * @default 100 calls a second
   */
  readonly files?: EmulatorRouteLimit | undefined;
  /**
   * Requests for app tokens and user tokens together.
   * @default 300 calls a second
   */
  readonly token?: EmulatorRouteLimit | undefined;
}

/** The limits that the emulator enforces. The defaults are the documented limits; 1 KB is 1024 bytes. */
export interface EmulatorLimits {
  /**
   * The rate limits; `false` lifts all of them.
   * @default the documented limits, see {@link EmulatorRateLimits}
   */
  readonly rate?: false | EmulatorRateLimits | undefined;
  /**
   * How rate windows lie in time. Easemob does not document which of the two it uses.
   * @default 'sliding'
   */
  readonly rateWindow?: 'sliding' | 'fixed' | undefined;
  /**
   * Where fixed windows start: milliseconds after each multiple of the window's length.
   * @default 0
   */
  readonly rateWindowOffsetMs?: number | undefined;
  /**
   * `before` refuses a call when the limit was already reached before it, so that one call may exceed the limit;
   * `after` refuses the call that would exceed it.
   * @default 'before'
   */
  readonly volumeCheck?: 'before' | 'after' | undefined;
  /**
   * Targets in one request. A figure that is given counts for both APIs.
   * @default 600 of each kind on the legacy API; 600 users, 3 chat groups and 10 chat rooms on the current API
   */
  readonly targets?: Partial<Record<EmulatedTargetType, number | undefined>> | undefined;
  /**
   * Bytes of a whole request of the legacy API, for all message types or for each.
   * @default 51200 for `txt`, 5120 for every other type
   */
  readonly requestBytes?: number | Partial<Record<EmulatedMessageType, number | undefined>> | undefined;
  /**
   * Bytes of a message's content and its `ext` together, for all message types or for each.
   * @default 40960 for `txt`, 4096 for `loc` and no limit for others on the legacy API; 5120 on the current API
   */
  readonly messageBytes?: number | Partial<Record<EmulatedMessageType, number | undefined>> | undefined;
  /**
   * Bytes of one uploaded file.
   * @default 10485760
   */
  readonly uploadBytes?: number | undefined;
}

/**
 * Which send requests the emulator takes.
 *
 * - `documented`: those that the documents allow.
 * - `observed`: also those that the service is known to take although its documents say otherwise, so that the vendor's
 *   own SDKs and their tests run against the emulator. It takes a command without an `action`, `uuid` or `remotePath` in
 *   place of the `url` of an uploaded file, numbers in `lat` and `lng`, numbers and booleans in `customExts`, `text` for
 *   the type `txt`, and `null` or `routetype: ""` for a field that is absent.
 *
 * @see {@link https://doc.easemob.com/document/server-side/message_single.html}
 */
export type EmulatorStrictness = 'documented' | 'observed';

/** Options of `EasemobEmulator.start`. */
export interface EasemobEmulatorOptions {
  /**
   * The TCP port on 127.0.0.1; 0 takes a free one.
   * @default 0
   */
  readonly port?: number | undefined;
  /**
   * The app key that the emulator serves, `org#app`. Every other app gets 404 `organization_application_not_found`.
   * @default 'easemob-demo#testapp'
   */
  readonly appKey?: string | undefined;
  /**
   * The client ID that gets app tokens.
   * @default 'YXA6-emulator-client-id'
   */
  readonly clientId?: string | undefined;
  /**
   * The client secret that gets app tokens.
   * @default 'YXA6-emulator-client-secret'
   */
  readonly clientSecret?: string | undefined;
  /**
   * Life in seconds of a token whose request has no `ttl`; 0 never ends.
   * @default 5184000
   */
  readonly tokenTtlSeconds?: number | undefined;
  /**
   * The limits to enforce.
   * @default the documented limits, see {@link EmulatorLimits}
   */
  readonly limits?: EmulatorLimits | undefined;
  /**
   * Whether the emulator takes only what the documents allow, or also what the service is known to take.
   * @default 'documented'
   */
  readonly strictness?: EmulatorStrictness | undefined;
  /**
   * Whether `emulator.requests` keeps every request. `false` keeps memory flat in a load test.
   * @default true
   */
  readonly recordRequests?: boolean | undefined;
  /**
   * Whether `emulator.messages` keeps every message. `messages$` emits them either way.
   * @default true
   */
  readonly recordMessages?: boolean | undefined;
}
