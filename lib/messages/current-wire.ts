import type { Violation } from '../errors/index.js';
import type { TargetType } from './dto/message-fields.js';
import type { Message } from './message-inputs.js';
import {
  contentAsSent,
  joinMembers,
  secretsIn,
  targetsOf,
  toJson,
  type WireMessage,
} from './wire-message.js';

/** The fields that only some kinds of targets take; every kind takes the fields that are not listed here. */
const TARGET_TYPES_OF_FIELDS = [
  ['sync_device', ['users', 'chatgroups']],
  ['routetype', ['users', 'chatgroups']],
  ['need_group_ack', ['chatgroups']],
  ['chatroom_msg_level', ['chatrooms']],
] as const satisfies readonly [keyof Message, readonly TargetType[]][];

/** The members of a request that other fields become. Set by hand, they would change the receivers or the content. */
const RESERVED_MEMBERS = [
  ['to', 'target'],
  ['type', 'msg.type'],
  ['body', 'msg'],
  ['users', 'target'],
] as const;

/** Finds the fields that the current API does not take: those of other kinds of targets, and reserved members. */
export function violationsInCurrent(message: Message): Violation[] {
  return [...violationsOfTargetType(message), ...violationsOfReservedMembers(message)];
}

function violationsOfReservedMembers(message: Message): Violation[] {
  return RESERVED_MEMBERS.filter(([member]) => Object.hasOwn(message, member)).map(([member, field]) => ({
    path: member,
    message: `${member} is no field of a message: ${field} becomes that member of the request; leave it out.`,
  }));
}

function violationsOfTargetType(message: Message): Violation[] {
  return TARGET_TYPES_OF_FIELDS.filter(
    ([field, targetTypes]) =>
      message[field] !== undefined && !targetTypes.some((each) => each === message.target_type),
  ).map(([field, targetTypes]) => ({
    path: field,
    message: `${field} is for ${targetTypes.join(' and ')} and this message goes to ${message.target_type}; leave it out.`,
  }));
}

/**
 * Encodes a message for `POST /messages/users|chatgroups|chatrooms`: `target_type` becomes the path, and `msg` is split
 * into `type` and `body`.
 * @see https://doc.easemob.com/document/server-side/message_single.html
 */
export function toCurrent(message: Message): WireMessage {
  const { target_type: targetType, target, msg, ext, ...others } = message;
  const type = msg?.type;
  const { type: _moved, ...fields } = contentAsSent(msg) ?? {};
  const body = toJson('msg', msg && fields);
  const extJson = toJson('ext', ext);
  const members: [string, string | undefined][] = [
    ['to', toJson('target', target)],
    ['type', toJson('msg.type', type)],
    ['body', body],
    ...Object.entries(others)
      .filter(([name]) => RESERVED_MEMBERS.every(([member]) => member !== name))
      .map(([name, value]): [string, string | undefined] => [name, toJson(name, value)]),
    ['ext', extJson],
  ];
  return {
    type,
    targetType,
    targets: targetsOf(target),
    path: `/messages/${encodeURIComponent(targetType)}`,
    json: joinMembers(members),
    secrets: secretsIn(msg),
    messageBytes: Buffer.byteLength(body ?? '') + Buffer.byteLength(extJson ?? ''),
  };
}
