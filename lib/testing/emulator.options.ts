import type { EmulatedMessageType, EmulatedTargetType } from './message.types.js';

/** The limit of one family of routes; what is left out keeps its documented figure, `Infinity` switches it off. */
export interface EmulatorRouteLimit {
  /** Calls in any second; more are refused with 429 `reach_limit`. */
  readonly callsPerSecond?: number;
  /** Messages, one per target, in any window; more are refused with 403 `message send reach limit`. */
  readonly messages?: { readonly count: number; readonly windowMs: number };
}

/** Limits per family of routes, section 9.1 of the protocol. */
export interface EmulatorRateLimits {
  /** @default 100 calls a second, 6000 messages a minute */
  readonly users?: EmulatorRouteLimit;
  /** @default 20 calls a second, 20 messages a second */
  readonly chatgroups?: EmulatorRouteLimit;
  /** @default 100 calls a second, 100 messages a second */
  readonly chatrooms?: EmulatorRouteLimit;
  /** Uploads and downloads together. @default 100 calls a second */
  readonly files?: EmulatorRouteLimit;
  /** @default 300 calls a second */
  readonly token?: EmulatorRouteLimit;
}

/** What the emulator refuses as too much. Every default is the documented figure; 1 KB is 1024 bytes. */
export interface EmulatorLimits {
  /** `false` switches every rate limit off. */
  readonly rate?: false | EmulatorRateLimits;
  /** How the windows lie; the protocol leaves it open (section 9.2). @default 'sliding' */
  readonly rateWindow?: 'sliding' | 'fixed';
  /** Where fixed windows start: this many milliseconds after each multiple of their length. @default 0 */
  readonly rateWindowOffsetMs?: number;
  /**
   * `before` refuses once the limit is already reached, so that one call may overshoot (section 9.2 of the protocol);
   * `after` refuses the call that would overshoot.
   * @default 'before'
   */
  readonly volumeCheck?: 'before' | 'after';
  /** Targets in one request. @default 600 each for `/messages`; 600, 3 and 10 for the current API */
  readonly targets?: Partial<Record<EmulatedTargetType, number>>;
  /** Bytes of a whole `/messages` request. @default 51200 for `txt`, 5120 for every other type */
  readonly requestBytes?: number | Partial<Record<EmulatedMessageType, number>>;
  /**
   * Bytes of content and `ext` together.
   * @default 40960 for `txt` and 4096 for `loc` on `/messages`; 5120 for every type of the current API
   */
  readonly messageBytes?: number | Partial<Record<EmulatedMessageType, number>>;
  /** Bytes of one uploaded file. @default 10485760 */
  readonly uploadBytes?: number;
}

/** Options of `EasemobEmulator.start`. */
export interface EasemobEmulatorOptions {
  /** The port on 127.0.0.1; 0 takes a free one. @default 0 */
  readonly port?: number;
  /** @default 'easemob-demo#testapp' */
  readonly appKey?: string;
  /** @default 'YXA6-emulator-client-id' */
  readonly clientId?: string;
  /** @default 'YXA6-emulator-client-secret' */
  readonly clientSecret?: string;
  /** Life of a token whose request names no `ttl`, in seconds; 0 never ends. @default 5184000 */
  readonly tokenTtlSeconds?: number;
  readonly limits?: EmulatorLimits;
  /** `false` keeps `requests` empty, so that a load test does not grow. @default true */
  readonly recordRequests?: boolean;
  /** `false` keeps `messages` empty; `messages$` still shows them. @default true */
  readonly recordMessages?: boolean;
}
