import type { Violation } from '../errors/index.js';
import type { Message } from './dto/message-types.js';
import type { TargetType } from './dto/message-fields.js';
import { contentAsSent, jsonObject, jsonOf, targetsOf, type WireMessage } from './wire-message.js';

/** Fields that only some targets take, section 4.2 of the protocol; what is not listed here goes to all. */
const TAKEN_BY = [
  ['sync_device', ['users', 'chatgroups']],
  ['routetype', ['users', 'chatgroups']],
  ['need_group_ack', ['chatgroups']],
  ['chatroom_msg_level', ['chatrooms']],
] as const satisfies readonly [keyof Message, readonly TargetType[]][];

/** Members of the request that are made of other fields: given by hand, they would send to others, or something else. */
const MADE_OF = [
  ['to', 'target'],
  ['type', 'msg.type'],
  ['body', 'msg'],
  ['users', 'target'],
] as const;

/** What the current API has no place for: fields of other routes, and members that the message's own fields become. */
export function violationsInCurrent(message: Message): Violation[] {
  return [...violationsOfRoute(message), ...violationsOfMembers(message)];
}

function violationsOfMembers(message: Message): Violation[] {
  return MADE_OF.filter(([member]) => Object.hasOwn(message, member)).map(([member, field]) => ({
    path: member,
    message: `${member} is no field of a message, the request's is made of ${field}; leave it out.`,
  }));
}

function violationsOfRoute(message: Message): Violation[] {
  return TAKEN_BY.filter(
    ([field, takers]) =>
      message[field] !== undefined && !takers.some((taker) => taker === message.target_type),
  ).map(([field, takers]) => ({
    path: field,
    message: `${field} is for ${takers.join(' and ')} and this message goes to ${message.target_type}; leave it out.`,
  }));
}

/** `POST /messages/users|chatgroups|chatrooms`, section 7.1 of the protocol: `target_type` becomes the path, `msg` splits. */
export function toCurrent(message: Message): WireMessage {
  const { target_type: targetType, target, msg, ext, ...others } = message;
  const type = msg?.type;
  const { type: _moved, ...fields } = contentAsSent(msg) ?? {};
  const body = jsonOf('msg', msg && fields);
  const extJson = jsonOf('ext', ext);
  const members: [string, string | undefined][] = [
    ['to', jsonOf('target', target)],
    ['type', jsonOf('msg.type', type)],
    ['body', body],
    ...Object.entries(others)
      .filter(([name]) => MADE_OF.every(([member]) => member !== name))
      .map(([name, value]): [string, string | undefined] => [name, jsonOf(name, value)]),
    ['ext', extJson],
  ];
  return {
    type,
    targetType,
    targets: targetsOf(message).length,
    path: `/messages/${encodeURIComponent(targetType)}`,
    json: jsonObject(members),
    messageBytes: Buffer.byteLength(body ?? '') + Buffer.byteLength(extJson ?? ''),
  };
}
