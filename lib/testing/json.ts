import { isUtf8 } from 'node:buffer';

/** A JSON object as it came off the wire. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A body that was read as JSON, or why it is not JSON, in the words of the Java parser behind Easemob. */
export type JsonReading =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly description: string };

/** Deeper JSON is refused: code that walks through it by recursion would overflow the stack. */
const MAX_DEPTH = 1000;

const SOURCE = 'at [Source: java.io.BufferedInputStream@7ba7eef2';

export function readJson(bytes: Buffer): JsonReading {
  if (!isUtf8(bytes)) return { ok: false, description: `Invalid UTF-8 byte\n ${SOURCE}]` };
  if (isDeeperThan(MAX_DEPTH, bytes)) {
    return { ok: false, description: `More than ${MAX_DEPTH} levels of nesting\n ${SOURCE}]` };
  }
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

/** Counts the brackets that are open at the same time, outside of strings. */
function isDeeperThan(limit: number, json: Buffer): boolean {
  let [depth, isString] = [0, false];
  for (let at = 0; at < json.length && depth <= limit; at++) {
    const byte = json[at];
    if (byte === 0x22) isString = !isString;
    else if (isString && byte === 0x5c) at++;
    else if (!isString && (byte === 0x5b || byte === 0x7b)) depth++;
    else if (!isString && (byte === 0x5d || byte === 0x7d)) depth--;
  }
  return depth > limit;
}

function describe(text: string, reason: string): string {
  const at = Number(/position (\d+)/.exec(reason)?.[1] ?? Number.NaN);
  const character = text[at];
  if (character === undefined) {
    const isCutShort = at >= text.length || reason.includes('end of JSON');
    const what = isCutShort ? 'Unexpected end-of-input' : 'Unexpected character';
    return `${what}: was expecting a valid value\n ${SOURCE}; line: 1, column: 1]`;
  }
  const column = at - text.lastIndexOf('\n', at - 1);
  const what = `Unexpected character ('${character}' (code ${character.charCodeAt(0)}))`;
  const expected = reason.includes('property name') ? 'double-quote to start field name' : 'valid JSON';
  return `${what}: was expecting ${expected}\n ${SOURCE}; line: ${lineOf(text, at)}, column: ${column}]`;
}

/** The number of the line, from 1, in which a character stands. */
function lineOf(text: string, at: number): number {
  let line = 1;
  for (let end = text.indexOf('\n'); end !== -1 && end < at; end = text.indexOf('\n', end + 1)) line++;
  return line;
}
