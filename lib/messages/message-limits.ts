import type { Violation } from '../errors/index.js';
import type { TargetType } from './dto/message-fields.js';
import type { MessageType } from './dto/message-types.js';
import type { WireMessage } from './wire-message.js';

/** The message limits with every default applied. */
export interface MessageLimits {
  readonly targets: Readonly<Record<TargetType, number>>;
  readonly requestBytes: Readonly<Record<MessageType, number>>;
  readonly messageBytes: Readonly<Record<MessageType, number>>;
}

const UNLIMITED = Number.POSITIVE_INFINITY;

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
