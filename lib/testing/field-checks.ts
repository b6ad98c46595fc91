/** Whether the value of a request's field has the documented type. */
export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

/** A number of 0 or more. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

/** A list of user, group or room IDs; it may be empty, its IDs may not. */
export function isIdList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((id) => isString(id) && id !== '');
}

/** No degrees in decimal digits are as long as this. */
const MAX_DEGREES_LENGTH = 100;

/** A string of decimal degrees from `-limit` to `limit`. */
export function isDegrees(value: unknown, limit: 90 | 180): value is string {
  if (!isString(value) || value.length > MAX_DEGREES_LENGTH) return false;
  const isDecimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(value);
  return isDecimal && Math.abs(Number(value)) <= limit;
}
