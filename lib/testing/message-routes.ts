import { success, type Answer } from './answer.js';
import { readCurrentMessage } from './current-message.js';
import { readLegacyMessage } from './legacy-message.js';
import type { EmulatedTargetType, SendOrder } from './message.types.js';
import { invalidRequestBody, jsonParse, requestTooLarge, unsupportedMediaType } from './refusal.js';
import { mediaType, type Call } from './request.js';
import type { EmulatorState } from './state.js';

/** `POST /messages[?useMsgId=true]`, section 3 of the protocol. */
export function sendLegacy(state: EmulatorState, call: Call): Answer {
  const { request, json } = call;
  // The document's own curl samples name no content type, and curl then sends that of a form.
  const type = mediaType(request.headers);
  if (type !== 'application/json' && type !== 'application/x-www-form-urlencoded') {
    throw unsupportedMediaType();
  }
  if (request.rawBody.length > state.limits.largestRequestBytes || call.isOverflow) throw requestTooLarge();
  if (!json.ok) throw jsonParse(json.description);
  const order = readLegacyMessage(json.value, request.rawBody.length, state.limits);
  const ids = accept(state, call, order);
  if (request.query['useMsgId'] === 'true') return success(state, call, { data: ids });
  const data: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const target of Object.keys(ids)) data[target] = 'success';
  return success(state, call, { data });
}

/** `POST /messages/{users|chatgroups|chatrooms}`, section 4 of the protocol. */
export function sendCurrent(state: EmulatorState, call: Call): Answer {
  const { request, json, params } = call;
  if (mediaType(request.headers) !== 'application/json') throw unsupportedMediaType();
  if (call.isOverflow) throw requestTooLarge();
  if (!json.ok) throw invalidRequestBody();
  // The route pattern captures nothing but these three words.
  const order = readCurrentMessage(json.value, params[0] as EmulatedTargetType, state.limits);
  return success(state, call, { data: accept(state, call, order) });
}

function accept(state: EmulatorState, call: Call, order: SendOrder): Record<string, string> {
  const { targets, targetType } = order;
  state.rates.admit(targetType, call.request.receivedAt, targets.length);
  return state.outbox.accept(order, without(targets, call.omitTargets), call.requestIndex);
}

function without(targets: readonly string[], omitted: Call['omitTargets']): readonly string[] {
  if (typeof omitted === 'number') return targets.slice(0, Math.max(0, targets.length - omitted));
  return targets.filter((target) => !omitted.includes(target));
}
