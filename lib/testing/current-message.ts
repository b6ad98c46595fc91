import { bodyViolation } from './body-rules.js';
import type { EmulatorStrictness } from './emulator.options.js';
import { isBoolean, isIdList, isString } from './field-checks.js';
import { isJsonObject, jsonBytes, type JsonObject } from './json.js';
import {
  EMULATED_MESSAGE_TYPES,
  type EmulatedMessageType,
  type EmulatedTargetType,
  type SendRequest,
} from './message.types.js';
import { asDocumented } from './observed-request.js';
import { invalidRequestBody, messageSendError } from './refusal.js';
import type { EmulatorState } from './state.js';

/**
 * Reads a request of `POST /messages/{users|chatgroups|chatrooms}`.
 *
 * @throws Refusal the documented error, when the request is not legal
 * @see {@link https://doc.easemob.com/document/server-side/message_single.html}
 */
export function readCurrentMessage(
  request: unknown,
  targetType: EmulatedTargetType,
  { limits, strictness }: Pick<EmulatorState, 'limits' | 'strictness'>,
): SendRequest {
  const value = strictness === 'observed' ? asDocumented(request) : request;
  if (!isJsonObject(value)) throw invalidRequestBody();
  const { from = 'admin', ext, users } = value;
  // Only directed messages have `users`: without this check a group would read what was meant for a few of its members.
  if (users !== undefined) throw invalidRequestBody();
  if (from === '') throw messageSendError("param from can't be empty", 14001);
  if (!isString(from)) throw invalidRequestBody();
  const targets = readTargets(value['to'], limits.targets('current', targetType));
  const type = readType(value['type']);
  const body = readBody(value['body'], type, strictness);
  if (ext !== undefined && !isJsonObject(ext)) throw messageSendError('param ext must be JSONObject');
  if (jsonBytes(body) + jsonBytes(ext) > limits.messageBytes('current', type)) {
    throw messageSendError('message is too large', 14007);
  }
  return {
    api: 'current',
    targetType,
    targets,
    from,
    type,
    body,
    ...(ext === undefined ? {} : { ext }),
    ...readDelivery(value, targetType),
    ...readExtras(value, targetType),
  };
}

function readTargets(to: unknown, limit: number): readonly string[] {
  if (to === undefined || to === null) throw messageSendError("param to can't be empty", 14002);
  if (!Array.isArray(to) || !to.every(isString)) throw invalidRequestBody();
  if (to.length === 0 || !isIdList(to)) throw messageSendError("param to can't be empty", 14002);
  if (to.length > limit) throw messageSendError(`params to's size can't exceed limit ${limit}`);
  return to;
}

function readType(type: unknown): EmulatedMessageType {
  if (type === undefined || type === null || type === '') throw messageSendError("param type can't be empty");
  const known = EMULATED_MESSAGE_TYPES.find((candidate) => candidate === type);
  if (known === undefined) throw invalidRequestBody();
  return known;
}

function readBody(body: unknown, type: EmulatedMessageType, strictness: EmulatorStrictness): JsonObject {
  if (body === undefined || body === null) throw messageSendError("param body can't be empty", 14005);
  if (!isJsonObject(body)) throw invalidRequestBody();
  if (Object.keys(body).length === 0) throw messageSendError("param body can't be empty", 14005);
  if (bodyViolation('current', strictness, type, body) !== undefined) throw invalidRequestBody();
  return body;
}

/** Neither option exists for chat rooms, where both are ignored like any unknown field. */
function readDelivery(
  value: JsonObject,
  targetType: EmulatedTargetType,
): Pick<SendRequest, 'syncDevice' | 'routetype'> {
  if (targetType === 'chatrooms') return { syncDevice: false };
  const syncDevice = optionalField(value['sync_device'], isBoolean) ?? false;
  const routetype = optionalField(
    value['routetype'],
    (given): given is 'ROUTE_ONLINE' => given === 'ROUTE_ONLINE',
  );
  return { syncDevice, ...(routetype === undefined ? {} : { routetype }) };
}

type Extras = Pick<SendRequest, 'roam_ignore_users' | 'need_group_ack' | 'chatroom_msg_level' | 'env'>;

function readExtras(value: JsonObject, targetType: EmulatedTargetType): Extras {
  const ignoring = optionalField(value['roam_ignore_users'], isUserList);
  const env = optionalField(value['env'], isLabel);
  const ack = targetType === 'chatgroups' ? optionalField(value['need_group_ack'], isBoolean) : undefined;
  const level = targetType === 'chatrooms' ? optionalField(value['chatroom_msg_level'], isLevel) : undefined;
  return {
    ...(ignoring === undefined ? {} : { roam_ignore_users: ignoring }),
    ...(ack === undefined ? {} : { need_group_ack: ack }),
    ...(level === undefined ? {} : { chatroom_msg_level: level }),
    ...(env === undefined ? {} : { env }),
  };
}

function optionalField<Value>(
  given: unknown,
  isLegal: (given: unknown) => given is Value,
): Value | undefined {
  if (given === undefined) return undefined;
  if (!isLegal(given)) throw invalidRequestBody();
  return given;
}

function isUserList(given: unknown): given is readonly string[] {
  return isIdList(given) && given.length <= 20;
}

function isLevel(given: unknown): given is 'high' | 'normal' | 'low' {
  return given === 'high' || given === 'normal' || given === 'low';
}

function isLabel(given: unknown): given is string {
  return isString(given) && /^[A-Za-z0-9]{1,8}$/.test(given);
}
