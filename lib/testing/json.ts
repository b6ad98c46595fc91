/** A JSON object as it came off the wire. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A body that was read as JSON, or why it is not JSON, in the words of the Java parser behind Easemob. */
export type JsonReading =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly description: string };

export function readJson(bytes: Buffer): JsonReading {
  const text = bytes.toString('utf8');
  if (text.trim() === '') {
    return { ok: false, description: 'No content to map to Object due to end of input' };
  }
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    return { ok: false, description: describe(text, String(error)) };
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** UTF-8 bytes of a value written without spaces. */
export function jsonBytes(value: unknown): number {
  return value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
}

function describe(text: string, reason: string): string {
  const source = 'at [Source: java.io.BufferedInputStream@7ba7eef2';
  const at = Number(/position (\d+)/.exec(reason)?.[1] ?? Number.NaN);
  const character = text[at];
  if (character === undefined) {
    const isCutShort = at >= text.length || reason.includes('end of JSON');
    const what = isCutShort ? 'Unexpected end-of-input' : 'Unexpected character';
    return `${what}: was expecting a valid value\n ${source}; line: 1, column: 1]`;
  }
  const before = text.slice(0, at).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  const what = `Unexpected character ('${character}' (code ${character.charCodeAt(0)}))`;
  const expected = reason.includes('property name') ? 'double-quote to start field name' : 'valid JSON';
  return `${what}: was expecting ${expected}\n ${source}; line: ${before.length}, column: ${column}]`;
}
