import type { Violation } from '../errors/index.js';
import type { Message } from './dto/message-types.js';
import { contentAsSent, jsonObject, jsonOf, targetsOf, type WireMessage } from './wire-message.js';

const ONLY_IN_CURRENT = ['roam_ignore_users', 'need_group_ack', 'chatroom_msg_level', 'env'] as const;

/** Fields that `POST /messages` does not know; the service would ignore them, so they are refused by name. */
export function violationsInLegacy(message: Message): Violation[] {
  return ONLY_IN_CURRENT.filter((field) => message[field] !== undefined).map((field) => ({
    path: field,
    message: `${field} exists only in the current API; leave it out, or set the module option api to 'current'.`,
  }));
}

/** `POST /messages`, the send-message document: a DTO is the request as it stands. */
export function toLegacy(message: Message, useMsgId: boolean): WireMessage {
  const content = jsonOf('msg', contentAsSent(message.msg));
  const ext = jsonOf('ext', message.ext);
  const members = Object.entries(message).map(([name, value]): [string, string | undefined] => {
    if (name === 'msg') return [name, content];
    return [name, name === 'ext' ? ext : jsonOf(name, value)];
  });
  return {
    type: message.msg?.type,
    targetType: message.target_type,
    targets: targetsOf(message).length,
    path: useMsgId ? '/messages?useMsgId=true' : '/messages',
    json: jsonObject(members),
    messageBytes: Buffer.byteLength(content ?? '') + Buffer.byteLength(ext ?? ''),
  };
}
