/**
 * A bare integer of 16 or more digits where a JSON value begins. A message ID is as long and stands in quotes, so that a
 * usual response is parsed once. The pattern is linear: it begins only at a delimiter, and reads each blank once.
 */
const BARE_BIG_INTEGER = /(?:^|[[:,])\s*-?\d{16}/;

/**
 * Parses JSON whose integers may exceed 2^53: those become strings, digit for digit. Easemob sends some message IDs as
 * bare numbers.
 *
 * @throws SyntaxError when the text is not JSON
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return BARE_BIG_INTEGER.test(text) ? JSON.parse(withQuotedBigIntegers(text)) : value;
}

/** Quotes the integers of 16 or more digits in a valid JSON text, in one pass over it. */
function withQuotedBigIntegers(json: string): string {
  let quoted = '';
  let copiedTo = 0;
  for (let at = 0; at < json.length;) {
    const char = json.charAt(at);
    if (char === '"') at = endOfString(json, at);
    else if (char === '-' || isDigit(char)) {
      const end = endOfNumber(json, at);
      const number = json.slice(at, end);
      if (/^-?\d{16,}$/.test(number)) {
        quoted += `${json.slice(copiedTo, at)}"${number}"`;
        copiedTo = end;
      }
      at = end;
    } else at += 1;
  }
  return quoted + json.slice(copiedTo);
}

function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json.charAt(at) !== '"') at += json.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}

function endOfNumber(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && '0123456789.eE+-'.includes(json.charAt(at))) at += 1;
  return at;
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}

/** Whether a value is a JSON object, as opposed to an array, null or a primitive. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
