/**
 * The condition of an optional field, for `@ValidateIf(isGiven)`: its other constraints are skipped when it is undefined.
 * Unlike `@IsOptional()` it lets no null pass, which JSON would carry to Easemob.
 */
export function isGiven(_message: object, value: unknown): boolean {
  return value !== undefined;
}
