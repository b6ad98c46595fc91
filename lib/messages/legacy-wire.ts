import type { Violation } from '../errors/index.js';
import type { Message } from './message-inputs.js';
import {
  contentAsSent,
  joinMembers,
  secretsIn,
  targetsOf,
  toJson,
  type WireMessage,
} from './wire-message.js';

const ONLY_IN_CURRENT = ['roam_ignore_users', 'need_group_ack', 'chatroom_msg_level', 'env'] as const;

/** Finds the fields that `POST /messages` would silently ignore. */
export function violationsInLegacy(message: Message): Violation[] {
  const onlyInCurrent = ONLY_IN_CURRENT.filter((field) => message[field] !== undefined).map((field) => ({
    path: field,
    message: `${field} exists only in the current API; leave it out, or set the module option api to 'current'.`,
  }));
  return [...onlyInCurrent, ...violationsOfDirected(message)];
}

/** Without this check a whole group would read what was meant for a few of its members. */
function violationsOfDirected(message: object): Violation[] {
  if (!('users' in message) || message.users === undefined) return [];
  const text =
    'users exists only in the directed messages of the current API, which are not supported; send to those users themselves.';
  return [{ path: 'users', message: text }];
}

/**
 * Encodes a message for `POST /messages`, which takes a DTO as it is.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export function toLegacy(message: Message, useMsgId: boolean): WireMessage {
  const { msg, ext } = message;
  const content = toJson('msg', contentAsSent(msg));
  const extJson = toJson('ext', ext);
  const members = Object.entries(message).map(([name, value]): [string, string | undefined] => {
    if (name === 'msg') return [name, content];
    return [name, name === 'ext' ? extJson : toJson(name, value)];
  });
  return {
    type: msg?.type,
    targetType: message.target_type,
    targets: targetsOf(message.target),
    path: useMsgId ? '/messages?useMsgId=true' : '/messages',
    json: joinMembers(members),
    secrets: secretsIn(msg),
    messageBytes: Buffer.byteLength(content ?? '') + Buffer.byteLength(extJson ?? ''),
  };
}
