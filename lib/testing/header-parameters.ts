/**
 * Reads the parameters of a header, `name=value` or `name="value"`, in one pass. Names are in lower case; of a repeated
 * name the first value counts. A backslash escapes only a quote, because Windows paths contain backslashes.
 */
export function headerParameters(header: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  let at = indexOfAny(';', header, 0);
  while (at < header.length) {
    const end = indexOfAny(';=', header, at + 1);
    const name = header
      .slice(at + 1, end)
      .trim()
      .toLowerCase();
    if (header[end] !== '=') {
      at = end;
      continue;
    }
    const start = skipSpaces(header, end + 1);
    const isQuoted = header[start] === '"';
    at = isQuoted ? closingQuote(header, start) : indexOfAny(';', header, start);
    const value = isQuoted ? unescape(header.slice(start + 1, at)) : header.slice(start, at).trim();
    if (!parameters.has(name)) parameters.set(name, value);
    at = indexOfAny(';', header, at);
  }
  return parameters;
}

/** The first index from `from` on at which one of the characters stands; the length of the text when there is none. */
function indexOfAny(characters: string, text: string, from: number): number {
  let at = from;
  while (at < text.length && !characters.includes(text.charAt(at))) at++;
  return at;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}

/** The index of the quote that ends the value whose opening quote stands at `start`. */
function closingQuote(header: string, start: number): number {
  let at = start + 1;
  while (at < header.length && header[at] !== '"') at += header.startsWith('\\"', at) ? 2 : 1;
  return at;
}

function unescape(quoted: string): string {
  return quoted.replaceAll('\\"', '"').replaceAll('%22', '"');
}
