import { readCurrentMessage } from './current-message.js';
import { readLegacyMessage } from './legacy-message.js';
import type { EmulatedTargetType, SendRequest } from './message.types.js';
import { invalidRequestBody, jsonParse, requestTooLarge, unsupportedMediaType } from './refusal.js';
import { mediaType, type RequestContext } from './request.js';
import { successResponse, type EmulatorResponse } from './response.js';
import type { EmulatorState } from './state.js';

/**
 * `POST /messages[?useMsgId=true]`.
 *
 * @see {@link https://docs-im.easemob.com/im/server/basics/messages}
 */
export function sendLegacy(state: EmulatorState, context: RequestContext): EmulatorResponse {
  const { request, json } = context;
  // The vendor's curl samples name no content type, and curl then sends that of a form.
  const type = mediaType(request.headers);
  if (type !== 'application/json' && type !== 'application/x-www-form-urlencoded') {
    throw unsupportedMediaType();
  }
  if (request.rawBody.length > state.limits.largestRequestBytes || context.isOverflow) {
    throw requestTooLarge();
  }
  if (!json.ok) throw jsonParse(json.description);
  const send = readLegacyMessage(json.value, request.rawBody.length, state);
  const ids = accept(state, context, send);
  if (request.query['useMsgId'] === 'true') return successResponse(state, context, { data: ids });
  const data: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const target of Object.keys(ids)) data[target] = 'success';
  return successResponse(state, context, { data });
}

/**
 * `POST /messages/{users|chatgroups|chatrooms}`.
 *
 * @see {@link https://doc.easemob.com/document/server-side/message_single.html}
 */
export function sendCurrent(state: EmulatorState, context: RequestContext): EmulatorResponse {
  const { request, json, params } = context;
  if (mediaType(request.headers) !== 'application/json') throw unsupportedMediaType();
  if (context.isOverflow) throw requestTooLarge();
  if (!json.ok) throw invalidRequestBody();
  // The route's pattern captures no other words.
  const send = readCurrentMessage(json.value, params[0] as EmulatedTargetType, state);
  return successResponse(state, context, { data: accept(state, context, send) });
}

function accept(state: EmulatorState, context: RequestContext, send: SendRequest): Record<string, string> {
  const { targets, targetType } = send;
  state.rates.admit(targetType, context.request.receivedAt, targets.length);
  return state.messages.add(send, without(targets, context.omitTargets), context.requestIndex);
}

function without(targets: readonly string[], omitted: RequestContext['omitTargets']): readonly string[] {
  if (typeof omitted === 'number') return targets.slice(0, Math.max(0, targets.length - omitted));
  return targets.filter((target) => !omitted.includes(target));
}
