import type { EmulatorLimits, EmulatorRateLimits, EmulatorRouteLimit } from './emulator.options.js';
import type { EmulatedMessageType, EmulatedTargetType, SendOrder } from './message.types.js';

const KB = 1024;

/** The route families that are counted apart. */
export type RouteFamily = keyof EmulatorRateLimits;

export const MESSAGE_TYPES: readonly EmulatedMessageType[] = [
  'txt',
  'img',
  'audio',
  'video',
  'file',
  'loc',
  'cmd',
  'custom',
];

const DOCUMENTED_RATES: Readonly<Record<RouteFamily, EmulatorRouteLimit>> = {
  users: { callsPerSecond: 100, messages: { count: 6000, windowMs: 60_000 } },
  chatgroups: { callsPerSecond: 20, messages: { count: 20, windowMs: 1000 } },
  chatrooms: { callsPerSecond: 100, messages: { count: 100, windowMs: 1000 } },
  files: { callsPerSecond: 100 },
  token: { callsPerSecond: 300 },
};

const DOCUMENTED_TARGETS: Readonly<Record<SendOrder['api'], Record<EmulatedTargetType, number>>> = {
  legacy: { users: 600, chatgroups: 600, chatrooms: 600 },
  current: { users: 600, chatgroups: 3, chatrooms: 10 },
};

/** The limits in force: the documented figures, overlaid by the options. */
export class Limits {
  readonly uploadBytes: number;
  /** No request of any type may be larger than this. */
  readonly largestRequestBytes: number;

  constructor(private readonly options: EmulatorLimits = {}) {
    this.uploadBytes = options.uploadBytes ?? 10 * KB * KB;
    this.largestRequestBytes = Math.max(...MESSAGE_TYPES.map((type) => this.requestBytes(type)));
  }

  rate(family: RouteFamily): EmulatorRouteLimit | undefined {
    if (this.options.rate === false) return undefined;
    return { ...DOCUMENTED_RATES[family], ...this.options.rate?.[family] };
  }

  targets(api: SendOrder['api'], targetType: EmulatedTargetType): number {
    return this.options.targets?.[targetType] ?? DOCUMENTED_TARGETS[api][targetType];
  }

  /** An unknown type is held to the smaller limit. */
  requestBytes(type: EmulatedMessageType | undefined): number {
    return perType(this.options.requestBytes, type) ?? (type === 'txt' ? 50 * KB : 5 * KB);
  }

  messageBytes(api: SendOrder['api'], type: EmulatedMessageType): number {
    const configured = perType(this.options.messageBytes, type);
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
