import type { MessageType } from './dto/message-types.js';
import type { Message, MessageInput } from './message-inputs.js';

/**
 * Reads a message once. Later changes to it, to its content or to its target list have no effect.
 *
 * @param type the type that the method knows; it is put in where `msg.type` is absent
 */
export function readMessage(input: MessageInput, type: MessageType | undefined): Message {
  const message: Record<string, unknown> = Object.fromEntries(Object.entries(input));
  const { target, msg } = message;
  if (Array.isArray(target)) message['target'] = target.slice();
  if (typeof msg === 'object' && msg !== null) message['msg'] = readContent(msg, type);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- validated before; without `validate` Easemob refuses it
  return message as unknown as Message;
}

function readContent(msg: object, type: MessageType | undefined): Record<string, unknown> {
  const fields: [string, unknown][] = Object.entries(msg);
  const hasType = fields.some(([name, value]) => name === 'type' && value !== undefined);
  if (type === undefined || hasType) return Object.fromEntries(fields);
  // A DTO has its absent fields as undefined members, which would overwrite the type.
  const given = fields.filter(([, value]) => value !== undefined);
  return { type, ...Object.fromEntries(given) };
}
