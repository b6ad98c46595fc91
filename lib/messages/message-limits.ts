import type { Violation } from '../errors/index.js';
import type { TargetType } from './dto/message-fields.js';
import { MESSAGE_TYPES, type MessageType } from './dto/message-types.js';
import type { WireMessage } from './wire-message.js';

/**
 * The send API that is used: `legacy` is `POST /messages`, `current` is `POST /messages/users|chatgroups|chatrooms`.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 * @see https://doc.easemob.com/document/server-side/message_single.html
 */
export type EasemobApi = 'legacy' | 'current';

/**
 * The limits above which a message or a file is refused before it is sent. `Infinity` lifts a limit.
 * @see https://docs-im.easemob.com/im/server/help/restastrict
 * @see https://doc.easemob.com/product/limitationapi.html
 */
export interface LimitOptions {
  /**
   * The most targets of one request.
   * @default legacy: 600 of each; current: 600 users, 3 chat groups, 10 chat rooms
   */
  readonly targets?: Partial<Readonly<Record<TargetType, number>>>;
  /**
   * The most UTF-8 bytes of the whole JSON request, targets included.
   * @default legacy: 51200 for `txt`, 5120 for every other type; current: no limit
   */
  readonly requestBytes?: number | Partial<Readonly<Record<MessageType, number>>>;
  /**
   * The most UTF-8 bytes of `msg` (in the current API: `body`) and `ext` together.
   * @default legacy: 40960 for `txt`, 4096 for `loc`, none for the others; current: 5120
   */
  readonly messageBytes?: number | Partial<Readonly<Record<MessageType, number>>>;
  /**
   * The most bytes of one uploaded file.
   * @default 10485760
   */
  readonly uploadBytes?: number;
}

/** The message limits with every default applied. */
export interface MessageLimits {
  readonly targets: Readonly<Record<TargetType, number>>;
  readonly requestBytes: Readonly<Record<MessageType, number>>;
  readonly messageBytes: Readonly<Record<MessageType, number>>;
}

const KB = 1024;
const UNLIMITED = Number.POSITIVE_INFINITY;

/**
 * The documented limits.
 * @see https://docs-im.easemob.com/im/server/basics/messages for `legacy`
 * @see https://doc.easemob.com/product/limitationapi.html for `current`
 */
const DEFAULTS: Readonly<Record<EasemobApi, MessageLimits>> = {
  legacy: {
    targets: { users: 600, chatgroups: 600, chatrooms: 600 },
    requestBytes: { ...forEveryType(5 * KB), txt: 50 * KB },
    messageBytes: { ...forEveryType(UNLIMITED), txt: 40 * KB, loc: 4 * KB },
  },
  current: {
    targets: { users: 600, chatgroups: 3, chatrooms: 10 },
    requestBytes: forEveryType(UNLIMITED),
    messageBytes: forEveryType(5 * KB),
  },
};

/** Applies the documented limits of an API where the options have none. */
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

/** Checks a valid message against the limits. */
export function violationsOfLimits(wire: WireMessage, limits: MessageLimits): Violation[] {
  const { type, targetType, targets, json, messageBytes } = wire;
  const maximum = limits.targets[targetType];
  const tooLarge = (part: string, bytes: number, option: 'messageBytes' | 'requestBytes'): string =>
    `${part} of this ${type} message has ${bytes} bytes and ${limits[option][type]} are allowed; shorten it or raise limits.${option}.`;

  const violations: Violation[] = [];
  if (targets.length > maximum) {
    violations.push({
      path: 'target',
      message: `target has ${targets.length} ${targetType} and one request takes ${maximum}; split it, or raise limits.targets.${targetType} if your plan allows more.`,
    });
  }
  if (messageBytes > limits.messageBytes[type]) {
    violations.push({ path: 'msg', message: tooLarge('msg with ext', messageBytes, 'messageBytes') });
  }
  const requestBytes = limits.requestBytes[type] === UNLIMITED ? 0 : Buffer.byteLength(json);
  if (requestBytes > limits.requestBytes[type]) {
    const message = tooLarge('The whole request, targets included,', requestBytes, 'requestBytes');
    violations.push({ path: '', message });
  }
  return violations;
}

/** Overlays the given limits on the defaults. An undefined member, which options from an environment have, hides none. */
function overlaid<Key extends string>(
  defaults: Readonly<Record<Key, number>>,
  given: Partial<Readonly<Record<Key, number>>> = {},
): Readonly<Record<Key, number>> {
  const limits: Record<Key, number> = { ...defaults };
  for (const key in given) limits[key] = given[key] ?? defaults[key];
  return limits;
}

function forEveryType(limit: number): Record<MessageType, number> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are exactly the message types
  return Object.fromEntries(MESSAGE_TYPES.map((type) => [type, limit])) as Record<MessageType, number>;
}
