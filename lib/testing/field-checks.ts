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

/** A string of decimal degrees from `-limit` to `limit`. */
export function isDegrees(value: unknown, limit: 90 | 180): value is string {
  // One digit can match in one place only, so that the time is linear in the length.
  const isDecimal = isString(value) && /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(value);
  return isDecimal && Math.abs(Number(value)) <= limit;
}
