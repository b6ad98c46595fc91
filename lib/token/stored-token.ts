import { isJsonObject } from '../http/json.js';
import type { StoredToken } from './token-store.js';

/** The most characters of a token. Those of Easemob have a few hundred, and no server reads headers without a limit. */
const MAX_LENGTH = 2048;

/** Reads what a store returned. Another program, or another version of this package, may have written it. */
export function readStoredToken(stored: unknown): StoredToken | undefined {
  if (!isJsonObject(stored)) return undefined;
  const { value, expiresAt, refreshAt } = stored;
  if (typeof value !== 'string' || !isBearerToken(value)) return undefined;
  return isTimestamp(expiresAt) && isTimestamp(refreshAt) ? { value, expiresAt, refreshAt } : undefined;
}

/** Whether an `Authorization` header can carry a token as it is. */
export function isBearerToken(token: string): boolean {
  return token.length <= MAX_LENGTH && /^[\x21-\x7e\x80-\xff]+$/.test(token);
}

function isTimestamp(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && Number.isFinite(value));
}
