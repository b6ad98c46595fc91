import { isJsonObject } from './json.js';
import {
  illegalArgument,
  jsonParse,
  Refusal,
  requestTooLarge,
  unauthorized,
  unsupportedMediaType,
} from './refusal.js';
import { mediaType, type RequestContext } from './request.js';
import { successResponse, type EmulatorResponse } from './response.js';
import type { EmulatorState } from './state.js';
import type { EmulatedUser } from './users.js';

const PATH = '/users';

/**
 * `POST /users` with one user or a list, and `POST /users/{name}`: as much of them as an application's tests need.
 *
 * @see {@link https://doc.easemob.com/document/server-side/account_system.html}
 */
export function createUsers(state: EmulatorState, context: RequestContext): EmulatorResponse {
  requireRegistration(state, context);
  if (mediaType(context.request.headers) !== 'application/json') throw unsupportedMediaType();
  if (context.isOverflow) throw requestTooLarge();
  if (!context.json.ok) throw jsonParse(context.json.description);
  const [name] = context.params;
  const { value } = context.json;
  const given = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  const entities = given.map((fields) => create(state, fields, name));
  return successResponse(state, context, { path: PATH, entities });
}

/** `GET /users/{name}`. */
export function getUser(state: EmulatorState, context: RequestContext): EmulatorResponse {
  const entities = [state.users.get(context.params[0] ?? '')];
  return successResponse(state, context, { path: PATH, entities, count: entities.length });
}

/** `DELETE /users/{name}`. */
export function deleteUser(state: EmulatorState, context: RequestContext): EmulatorResponse {
  return successResponse(state, context, {
    path: PATH,
    entities: [state.users.remove(context.params[0] ?? '')],
  });
}

function create(state: EmulatorState, fields: unknown, name: string | undefined): EmulatedUser {
  const { username = name, password } = isJsonObject(fields) ? fields : {};
  if (typeof username !== 'string' || username === '') {
    throw illegalArgument('Entity user requires a property named username');
  }
  if (typeof password !== 'string' || password === '') throw illegalArgument('password or pin must provided');
  return state.users.register(username, password);
}

/** Registration without a token gets a 401 that is different from that of other routes. */
function requireRegistration(state: EmulatorState, context: RequestContext): void {
  const { authorization } = context.request.headers;
  try {
    state.tokens.requireApp(authorization);
  } catch (error) {
    if (authorization !== undefined || !(error instanceof Refusal)) throw error;
    throw unauthorized('registration is not open, please contact the app admin');
  }
}
