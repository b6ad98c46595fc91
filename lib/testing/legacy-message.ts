import { bodyViolation } from './body-rules.js';
import type { EmulatorStrictness } from './emulator.options.js';
import { isBoolean, isIdList, isString } from './field-checks.js';
import { isJsonObject, jsonBytes, type JsonObject } from './json.js';
import {
  EMULATED_MESSAGE_TYPES,
  EMULATED_TARGET_TYPES,
  type EmulatedMessageType,
  type EmulatedTargetType,
  type SendRequest,
} from './message.types.js';
import { asDocumented } from './observed-request.js';
import { illegalArgument, requestTooLarge } from './refusal.js';
import type { EmulatorState } from './state.js';

/**
 * Reads a request of `POST /messages`.
 *
 * @throws Refusal the documented error, when the request is not legal
 * @see {@link https://docs-im.easemob.com/im/server/basics/messages}
 */
export function readLegacyMessage(
  request: unknown,
  requestBytes: number,
  { limits, strictness }: Pick<EmulatorState, 'limits' | 'strictness'>,
): SendRequest {
  const value = strictness === 'observed' ? asDocumented(request) : request;
  if (!isJsonObject(value)) throw illegalArgument('this is an invalid request.');
  if (requestBytes > limits.requestBytes(knownType(value['msg']))) throw requestTooLarge();
  const targetType = readTargetType(value['target_type']);
  const targets = readTargets(value['target'], limits.targets('legacy', targetType));
  const { from = 'admin', sync_device: syncDevice = false, routetype, ext, users } = value;
  // Only directed messages of the current API have `users`: the whole group would read what was meant for a few of it.
  if (users !== undefined) throw illegalArgument('users is only a field of directed messages');
  if (!isString(from)) throw illegalArgument('from must be a string');
  if (from === '') throw illegalArgument("from can't be empty");
  if (!isBoolean(syncDevice)) throw illegalArgument('sync_device must be a boolean');
  if (routetype !== undefined && routetype !== 'ROUTE_ONLINE') {
    throw illegalArgument('routetype can only be ROUTE_ONLINE');
  }
  if (ext !== undefined && !isJsonObject(ext)) throw illegalArgument('ext must be JSONObject');
  const { type, body } = readMsg(value['msg'], strictness);
  if (jsonBytes(value['msg']) + jsonBytes(ext) > limits.messageBytes('legacy', type)) {
    throw illegalArgument('message is too large');
  }
  return {
    api: 'legacy',
    targetType,
    targets,
    from,
    type,
    body,
    syncDevice,
    ...(ext === undefined ? {} : { ext }),
    ...(routetype === undefined ? {} : { routetype }),
  };
}

function readTargetType(value: unknown): EmulatedTargetType {
  if (value === undefined || value === null) throw illegalArgument('target_type must be provided');
  const found = EMULATED_TARGET_TYPES.find((known) => known === value);
  if (found === undefined) {
    throw illegalArgument("target_type can only be 'users' or 'chatgroups' or 'chatrooms'");
  }
  return found;
}

function readTargets(value: unknown, limit: number): readonly string[] {
  if (value === undefined || value === null) throw illegalArgument('target must be provided');
  if (!isIdList(value)) throw illegalArgument('target must be a list of non-empty strings');
  if (value.length === 0) throw illegalArgument("target can't be empty");
  if (value.length > limit) throw illegalArgument(`params target's size can't exceed limit ${limit}`);
  return value;
}

function readMsg(
  msg: unknown,
  strictness: EmulatorStrictness,
): { type: EmulatedMessageType; body: JsonObject } {
  if (msg === undefined || msg === null) throw illegalArgument('msg must be provided');
  if (!isJsonObject(msg)) throw illegalArgument('msg must be JSONObject');
  const type = knownType(msg);
  if (type === undefined)
    throw illegalArgument(`msg.type can only be one of ${EMULATED_MESSAGE_TYPES.join(', ')}`);
  const { type: _type, ...body } = msg;
  const violation = bodyViolation('legacy', strictness, type, body);
  if (violation !== undefined) throw illegalArgument(`msg.${violation}`);
  return { type, body };
}

function knownType(msg: unknown): EmulatedMessageType | undefined {
  return isJsonObject(msg) ? EMULATED_MESSAGE_TYPES.find((known) => known === msg['type']) : undefined;
}
