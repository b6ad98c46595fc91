import type { Violation } from '../errors/index.js';
import type { TargetType } from './dto/message-fields.js';
import type { MessageType } from './dto/message-types.js';
import type { WireMessage } from './wire-message.js';

/** The limits in force: every figure decided. */
export interface MessageLimits {
  readonly targets: Readonly<Record<TargetType, number>>;
  readonly requestBytes: Readonly<Record<MessageType, number>>;
  readonly messageBytes: Readonly<Record<MessageType, number>>;
}

const NONE = Number.POSITIVE_INFINITY;

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
