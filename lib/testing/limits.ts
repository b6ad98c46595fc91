import type { EmulatorLimits, EmulatorRateLimits, EmulatorRouteLimit } from './emulator.options.js';
import {
  EMULATED_MESSAGE_TYPES,
  type EmulatedMessageType,
  type EmulatedTargetType,
  type SendRequest,
} from './message.types.js';

const KB = 1024;
const MB = 1024 * KB;

/** A body may exceed the largest legal upload by this much and is still kept whole, for the parts around the file. */
const MULTIPART_BYTES = MB;

/** Bytes of a JSON body that are kept at least, however small the limits are. */
const KEPT_JSON_BYTES = 4 * MB;

/** Bytes of a body that are kept at most, where the options lift the limits. */
const KEPT_BYTES = 256 * MB;

/** A group of routes with rate counters of its own. */
export type RouteGroup = keyof EmulatorRateLimits;

const DOCUMENTED_RATES: Readonly<Record<RouteGroup, EmulatorRouteLimit>> = {
  users: { callsPerSecond: 100, messages: { count: 6000, windowMs: 60_000 } },
  chatgroups: { callsPerSecond: 20, messages: { count: 20, windowMs: 1000 } },
  chatrooms: { callsPerSecond: 100, messages: { count: 100, windowMs: 1000 } },
  files: { callsPerSecond: 100 },
  token: { callsPerSecond: 300 },
};

const DOCUMENTED_TARGETS: Readonly<Record<SendRequest['api'], Record<EmulatedTargetType, number>>> = {
  legacy: { users: 600, chatgroups: 600, chatrooms: 600 },
  current: { users: 600, chatgroups: 3, chatrooms: 10 },
};

/** The limits in force: the documented limits, each replaced where the options have one. */
export class Limits {
  readonly uploadBytes: number;
  /** The most bytes that a request of any message type may have. */
  readonly largestRequestBytes: number;
  readonly #options: EmulatorLimits;

  constructor(options: EmulatorLimits = {}) {
    this.#options = options;
    this.uploadBytes = options.uploadBytes ?? 10 * MB;
    this.largestRequestBytes = Math.max(...EMULATED_MESSAGE_TYPES.map((type) => this.requestBytes(type)));
  }

  /** How many bytes of a body are kept. A longer one is read to its end and refused. */
  keptBytes(isUpload: boolean): number {
    const largest = isUpload
      ? this.uploadBytes + MULTIPART_BYTES
      : Math.max(this.largestRequestBytes, KEPT_JSON_BYTES);
    return Math.min(largest, KEPT_BYTES);
  }

  /** Undefined when rate limits are switched off. */
  rate(group: RouteGroup): EmulatorRouteLimit | undefined {
    const { rate } = this.#options;
    if (rate === false) return undefined;
    const { callsPerSecond, messages } = { ...rate?.[group] };
    const documented = DOCUMENTED_RATES[group];
    return {
      callsPerSecond: callsPerSecond ?? documented.callsPerSecond,
      messages: messages ?? documented.messages,
    };
  }

  targets(api: SendRequest['api'], targetType: EmulatedTargetType): number {
    return this.#options.targets?.[targetType] ?? DOCUMENTED_TARGETS[api][targetType];
  }

  /** An unknown type gets the smaller limit. */
  requestBytes(type: EmulatedMessageType | undefined): number {
    return perType(this.#options.requestBytes, type) ?? (type === 'txt' ? 50 * KB : 5 * KB);
  }

  messageBytes(api: SendRequest['api'], type: EmulatedMessageType): number {
    const configured = perType(this.#options.messageBytes, type);
    if (configured !== undefined) return configured;
    if (api === 'current') return 5 * KB;
    if (type === 'txt') return 40 * KB;
    return type === 'loc' ? 4 * KB : Infinity;
  }
}

function perType(
  limit: EmulatorLimits['requestBytes'],
  type: EmulatedMessageType | undefined,
): number | undefined {
  if (typeof limit === 'number') return limit;
  return type === undefined ? undefined : limit?.[type];
}
