/**
 * Names one app in a store that several apps and hosts may share. Every part is escaped, so that different parts never
 * make the same key, and so that the key has no character that means something to Redis: a brace, `*`, `?` or `[`.
 */
export function storeKey(...parts: readonly string[]): string {
  return parts.map(escape).join(':');
}

/** Four digits for every code unit: `%3a1` could be read as two different texts. */
function escape(part: string): string {
  return part.replace(/[^\w.#-]/g, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
