import { isJsonObject, type JsonObject } from './json.js';
import {
  illegalArgument,
  invalidGrant,
  jsonParse,
  requestTooLarge,
  unsupportedMediaType,
} from './refusal.js';
import { mediaType, type RequestContext } from './request.js';
import { jsonResponse, type EmulatorResponse } from './response.js';
import type { EmulatorState } from './state.js';
import type { EmulatedUser } from './users.js';

const FORM = 'application/x-www-form-urlencoded';

/**
 * `POST /token`: issues an app token or a user token.
 *
 * @see {@link https://doc.easemob.com/document/server-side/easemob_app_token.html}
 * @see {@link https://doc.easemob.com/document/server-side/easemob_user_token.html}
 */
export function issueToken(state: EmulatorState, context: RequestContext): EmulatorResponse {
  state.rates.admit('token', context.request.receivedAt);
  const fields = readFields(context);
  switch (fields['grant_type']) {
    case 'client_credentials':
      requireCredentials(state, fields);
      return grant(state, fields);
    case 'inherit':
      state.tokens.requireApp(context.request.headers.authorization);
      return grant(state, fields, inheritedUser(state, fields));
    case 'password':
      return grant(state, fields, passwordUser(state, fields));
    case undefined:
      throw illegalArgument('grant_type must be provided.');
    default:
      throw illegalArgument('grant_type is not supported.');
  }
}

/** Some HTTP clients label JSON as a form, others send a real form. Both get a token. */
function readFields({ request, json, isOverflow }: RequestContext): JsonObject {
  const type = mediaType(request.headers);
  if (type !== 'application/json' && type !== FORM) throw unsupportedMediaType();
  if (isOverflow) throw requestTooLarge();
  if (json.ok && isJsonObject(json.value)) return json.value;
  if (type === FORM) return Object.fromEntries(new URLSearchParams(request.rawBody.toString('utf8')));
  throw json.ok ? illegalArgument('this is an invalid request.') : jsonParse(json.description);
}

function requireCredentials(state: EmulatorState, fields: JsonObject): void {
  const { client_id: id, client_secret: secret } = fields;
  if (typeof id !== 'string' || id === '') throw illegalArgument('client_id must be provided.');
  if (typeof secret !== 'string' || secret === '') throw illegalArgument('client_secret must be provided');
  if (id !== state.clientId) throw invalidGrant('client_id does not match');
  if (secret !== state.clientSecret) throw invalidGrant('client_secret does not match');
}

function inheritedUser(state: EmulatorState, fields: JsonObject): EmulatedUser {
  const username = readUsername(fields);
  const user = state.users.find(username);
  if (user !== undefined) return user;
  if (fields['autoCreateUser'] !== true) throw userNotFound();
  return state.users.register(username);
}

function passwordUser(state: EmulatorState, fields: JsonObject): EmulatedUser {
  const user = state.users.find(readUsername(fields));
  if (user === undefined) throw userNotFound();
  if (!state.users.hasPassword(user.username, fields['password'])) throw invalidGrant('invalid password');
  return user;
}

function readUsername({ username }: JsonObject): string {
  if (typeof username !== 'string' || username === '') throw illegalArgument('username must be provided.');
  return username;
}

function userNotFound(): Error {
  return invalidGrant('user not found', 404);
}

function grant(state: EmulatorState, fields: JsonObject, user?: EmulatedUser): EmulatorResponse {
  const ttl = readTtl(fields['ttl']) ?? state.tokenTtlSeconds;
  return jsonResponse(200, {
    access_token: state.tokens.issue(ttl, user?.username),
    expires_in: ttl,
    application: state.application,
    ...(user === undefined ? {} : { user }),
  });
}

/** Older samples of the vendor quote the number. */
function readTtl(ttl: unknown): number | undefined {
  if (ttl === undefined || ttl === null || ttl === '') return undefined;
  const seconds = typeof ttl === 'number' || typeof ttl === 'string' ? Number(ttl) : Number.NaN;
  if (!Number.isInteger(seconds) || seconds < 0) throw illegalArgument('ttl is not legal');
  return seconds;
}
