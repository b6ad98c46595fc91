/** One part of a `multipart/form-data` body. */
export interface Part {
  readonly name: string;
  readonly filename?: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

const CRLF = Buffer.from('\r\n');
const END_OF_HEADERS = Buffer.from('\r\n\r\n');

/**
 * Splits a body at the boundary that its content type names. Undefined for another content type and for a body that is
 * cut short.
 */
export function parseMultipart(contentType: string, body: Buffer): Part[] | undefined {
  if (!/^multipart\/form-data\s*(;|$)/i.test(contentType)) return undefined;
  const boundary = headerParameter(contentType, 'boundary');
  if (boundary === undefined || boundary === '') return undefined;
  // The first delimiter may stand at the very start, every other one begins with a line end that belongs to it.
  const source = Buffer.concat([CRLF, body]);
  const parts: Part[] = [];
  let delimiter = nextDelimiter(source, boundary, 0);
  while (delimiter !== undefined && !delimiter.isLast) {
    const next = nextDelimiter(source, boundary, delimiter.end - CRLF.length);
    if (next === undefined) return undefined;
    const part = readPart(source.subarray(delimiter.end, Math.max(delimiter.end, next.start)));
    if (part !== undefined) parts.push(part);
    delimiter = next;
  }
  return delimiter === undefined ? undefined : parts;
}

interface Delimiter {
  readonly start: number;
  /** Where the part after it begins. */
  readonly end: number;
  readonly isLast: boolean;
}

/** A line that only begins with the delimiter is data, because a boundary may be the beginning of a longer word. */
function nextDelimiter(source: Buffer, boundary: string, from: number): Delimiter | undefined {
  const mark = Buffer.from(`\r\n--${boundary}`);
  for (let start = source.indexOf(mark, from); start !== -1; start = source.indexOf(mark, start + 1)) {
    let end = start + mark.length;
    if (source[end] === 0x2d && source[end + 1] === 0x2d) return { start, end: end + 2, isLast: true };
    while (source[end] === 0x20 || source[end] === 0x09) end++;
    if (source[end] === 0x0d && source[end + 1] === 0x0a) return { start, end: end + 2, isLast: false };
  }
  return undefined;
}

function readPart(source: Buffer): Part | undefined {
  const isBare = source.subarray(0, CRLF.length).equals(CRLF);
  const end = isBare ? 0 : source.indexOf(END_OF_HEADERS);
  if (end === -1) return undefined;
  const headers = new Map<string, string>();
  for (const line of source.subarray(0, end).toString('utf8').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = headers.get('content-disposition') ?? '';
  const filename = extendedFilename(disposition) ?? headerParameter(disposition, 'filename');
  return {
    name: headerParameter(disposition, 'name') ?? '',
    ...(filename === undefined ? {} : { filename }),
    contentType: headers.get('content-type') ?? 'application/octet-stream',
    bytes: Buffer.from(source.subarray(isBare ? CRLF.length : end + END_OF_HEADERS.length)),
  };
}

/** Reads `name=value` and `name="value"`. A backslash escapes only a quote, because Windows paths contain backslashes. */
function headerParameter(header: string, name: string): string | undefined {
  const pattern = /;\s*([^\s=;]+)\s*=\s*(?:"((?:\\"|[^"])*)"|([^;\s]*))/g;
  for (const [, key = '', quoted, bare] of header.matchAll(pattern)) {
    if (key.toLowerCase() !== name) continue;
    return quoted === undefined ? bare : quoted.replaceAll('\\"', '"').replaceAll('%22', '"');
  }
  return undefined;
}

/** `filename*=UTF-8''%E5%9B%BE.png`, which some clients send for names beyond ASCII. */
function extendedFilename(disposition: string): string | undefined {
  const encoded = /^utf-8'[^']*'(.*)$/i.exec(headerParameter(disposition, 'filename*') ?? '')?.[1];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
