/**
 * Reads the parameters of a header, `name=value` or `name="value"`, in one pass. Names are in lower case; of a repeated
 * name the last value counts, because curl appends its own boundary to the one of the command line. A backslash escapes
 * only a quote, because Windows paths contain backslashes.
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
    parameters.set(name, value);
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

/**
 * The index of the quote that ends the value whose opening quote stands at `start`. A quote that no semicolon follows
 * belongs to the value: some clients escape none.
 */
function closingQuote(header: string, start: number): number {
  for (let at = start + 1; at < header.length; at++) {
    if (header.startsWith('\\"', at)) at++;
    else if (header[at] === '"' && isEndOfValue(header, at + 1)) return at;
  }
  return header.length;
}

function isEndOfValue(header: string, from: number): boolean {
  const next = skipSpaces(header, from);
  return next === header.length || header[next] === ';';
}

/** Quotes within the quotes are dropped with them. */
function unescape(quoted: string): string {
  const isWithinQuotes = quoted.length > 1 && quoted.startsWith('"') && quoted.endsWith('"');
  const value = isWithinQuotes ? quoted.slice(1, -1) : quoted;
  return value.replaceAll('\\"', '"').replaceAll('%22', '"');
}
