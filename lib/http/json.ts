/** A bare integer of 16 or more digits after a delimiter; also matches inside a string, which the exact pass tells apart. */
const MAYBE_BIG_INTEGER = /[[:,]\s*-?\d{16,}/;
const STRING_OR_BIG_INTEGER = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/**
 * Parses JSON whose integers may exceed 2^53: those become strings, digit for digit. Easemob sends some message IDs as
 * bare numbers.
 *
 * @throws SyntaxError when the text is not JSON
 */
export function parseJson(text: string): unknown {
  if (!MAYBE_BIG_INTEGER.test(text)) return JSON.parse(text);
  return JSON.parse(
    text.replace(STRING_OR_BIG_INTEGER, (match) => (match.startsWith('"') ? match : `"${match}"`)),
  );
}

/** Whether a value is a JSON object, as opposed to an array, null or a primitive. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
