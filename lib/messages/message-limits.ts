import type { Violation } from '../errors/index.js';
import type { TargetType } from './dto/message-fields.js';
import { MESSAGE_TYPES, type MessageType } from './dto/message-types.js';
import type { WireMessage } from './wire-message.js';

/** Which send API is spoken: `POST /messages`, or `POST /messages/users|chatgroups|chatrooms`. */
export type EasemobApi = 'legacy' | 'current';

/** What is refused before it is sent; `Infinity` lifts a limit. */
export interface LimitOptions {
  /**
   * Targets of one request.
   * @default legacy: 600 of each; current: 600 users, 3 chat groups, 10 chat rooms
   */
  readonly targets?: Partial<Readonly<Record<TargetType, number>>>;
  /**
   * UTF-8 bytes of the whole JSON request, targets included.
   * @default legacy: 51200 for `txt`, 5120 for every other type; current: no limit
   */
  readonly requestBytes?: number | Partial<Readonly<Record<MessageType, number>>>;
  /**
   * UTF-8 bytes of `msg` (in the current API: `body`) and `ext` together.
   * @default legacy: 40960 for `txt`, 4096 for `loc`, none for the others; current: 5120
   */
  readonly messageBytes?: number | Partial<Readonly<Record<MessageType, number>>>;
  /**
   * Bytes of one uploaded file.
   * @default 10485760
   */
  readonly uploadBytes?: number;
}

/** The limits in force: every figure decided. */
export interface MessageLimits {
  readonly targets: Readonly<Record<TargetType, number>>;
  readonly requestBytes: Readonly<Record<MessageType, number>>;
  readonly messageBytes: Readonly<Record<MessageType, number>>;
}

const KB = 1024;
const NONE = Number.POSITIVE_INFINITY;

/** The documented figures: the send-message document for `legacy`, sections 4.1 and 4.3 of the protocol for `current`. */
const DEFAULTS: Readonly<Record<EasemobApi, MessageLimits>> = {
  legacy: {
    targets: { users: 600, chatgroups: 600, chatrooms: 600 },
    requestBytes: { ...forEveryType(5 * KB), txt: 50 * KB },
    messageBytes: { ...forEveryType(NONE), txt: 40 * KB, loc: 4 * KB },
  },
  current: {
    targets: { users: 600, chatgroups: 3, chatrooms: 10 },
    requestBytes: forEveryType(NONE),
    messageBytes: forEveryType(5 * KB),
  },
};

export function messageLimits(api: EasemobApi, options: LimitOptions = {}): MessageLimits {
  const defaults = DEFAULTS[api];
  const perType = (
    given: LimitOptions['requestBytes'],
    otherwise: Readonly<Record<MessageType, number>>,
  ): Readonly<Record<MessageType, number>> =>
    typeof given === 'number' ? forEveryType(given) : overlaid(otherwise, given);
  return {
    targets: overlaid(defaults.targets, options.targets),
    requestBytes: perType(options.requestBytes, defaults.requestBytes),
    messageBytes: perType(options.messageBytes, defaults.messageBytes),
  };
}

/** What of a message is larger than the service takes; the message itself is valid. */
export function violationsOfLimits(wire: WireMessage, limits: MessageLimits): Violation[] {
  const violations: Violation[] = [];
  const { type, targetType } = wire;
  const most = limits.targets[targetType];
  if (wire.targets > most) {
    violations.push({
      path: 'target',
      message: `target has ${wire.targets} ${targetType} and one request takes ${most}; split it, or raise limits.targets.${targetType} if your plan allows more.`,
    });
  }
  const tooManyBytes = (path: string, what: string, bytes: number, limit: number, option: string): void => {
    if (bytes <= limit) return;
    violations.push({
      path,
      message: `${what} of this ${type} message has ${bytes} bytes and ${limit} are allowed; shorten it or raise limits.${option}.`,
    });
  };
  tooManyBytes('msg', 'msg with ext', wire.messageBytes, limits.messageBytes[type], 'messageBytes');
  if (limits.requestBytes[type] !== NONE) {
    const bytes = Buffer.byteLength(wire.json);
    tooManyBytes(
      '',
      'The whole request, targets included,',
      bytes,
      limits.requestBytes[type],
      'requestBytes',
    );
  }
  return violations;
}

/** A member that is present and undefined, as an environment gives it, hides no default. */
function overlaid<Key extends string>(
  defaults: Readonly<Record<Key, number>>,
  given: Partial<Readonly<Record<Key, number>>> = {},
): Readonly<Record<Key, number>> {
  const figures: Record<Key, number> = { ...defaults };
  for (const key in given) figures[key] = given[key] ?? defaults[key];
  return figures;
}

function forEveryType(limit: number): Record<MessageType, number> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are exactly the message types
  return Object.fromEntries(MESSAGE_TYPES.map((type) => [type, limit])) as Record<MessageType, number>;
}
