import { success, type Answer } from './answer.js';
import { isJsonObject } from './json.js';
import { illegalArgument, jsonParse, Refusal, unauthorized, unsupportedMediaType } from './refusal.js';
import { mediaType, type Call } from './request.js';
import type { EmulatorState } from './state.js';
import type { EmulatedUser } from './users.js';

/** `POST /users` with one user or a list, and `POST /users/{name}`. Only what an application's tests need of them. */
export function createUsers(state: EmulatorState, call: Call): Answer {
  requireRegistration(state, call);
  if (mediaType(call.request.headers) !== 'application/json') throw unsupportedMediaType();
  if (!call.json.ok) throw jsonParse(call.json.description);
  const [name] = call.params;
  const given = Array.isArray(call.json.value) ? (call.json.value as readonly unknown[]) : [call.json.value];
  return success(state, call, { entities: given.map((fields) => create(state, fields, name)) });
}

/** `DELETE /users/{name}`. */
export function deleteUser(state: EmulatorState, call: Call): Answer {
  return success(state, call, { entities: [state.users.remove(call.params[0] ?? '')] });
}

function create(state: EmulatorState, fields: unknown, name: string | undefined): EmulatedUser {
  const { username = name, password } = isJsonObject(fields) ? fields : {};
  if (typeof username !== 'string' || username === '') {
    throw illegalArgument('Entity user requires a property named username');
  }
  if (typeof password !== 'string' || password === '') throw illegalArgument('password or pin must provided');
  return state.users.register(username, password);
}

/** Registration without an app token has its own 401, section 13.2 of the protocol. */
function requireRegistration(state: EmulatorState, call: Call): void {
  const { authorization } = call.request.headers;
  try {
    state.tokens.requireApp(authorization);
  } catch (error) {
    if (authorization !== undefined || !(error instanceof Refusal)) throw error;
    throw unauthorized('registration is not open, please contact the app admin');
  }
}
