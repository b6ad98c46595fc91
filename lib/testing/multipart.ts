import { headerParameters } from './header-parameters.js';
import { mediaType } from './request.js';

/** One part of a `multipart/form-data` body. */
export interface Part {
  readonly name: string;
  readonly filename?: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

const CRLF = Buffer.from('\r\n');
const END_OF_HEADERS = Buffer.from('\r\n\r\n');

/** The longest boundary of RFC 2046. */
const MAX_BOUNDARY_LENGTH = 70;
const MAX_PARTS = 100;
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * Splits a body at the boundary that its content type names. Undefined for another content type, for a body that is cut
 * short, and for more or larger headers than any client sends.
 */
export function parseMultipart(contentType: string, body: Buffer): Part[] | undefined {
  if (mediaType({ 'content-type': contentType }) !== 'multipart/form-data') return undefined;
  const boundary = headerParameters(contentType).get('boundary') ?? '';
  if (boundary === '' || boundary.length > MAX_BOUNDARY_LENGTH) return undefined;
  // The first delimiter may stand at the very start, every other one begins with a line end that belongs to it.
  const source = Buffer.concat([CRLF, body]);
  const mark = Buffer.from(`\r\n--${boundary}`);
  const parts: Part[] = [];
  let delimiter = nextDelimiter(source, mark, 0);
  for (let count = 0; delimiter !== undefined && !delimiter.isLast; count++) {
    const next = nextDelimiter(source, mark, delimiter.end - CRLF.length);
    if (next === undefined || count === MAX_PARTS) return undefined;
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
function nextDelimiter(source: Buffer, mark: Buffer, from: number): Delimiter | undefined {
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
  const end = isBare ? 0 : source.subarray(0, MAX_HEADER_BYTES).indexOf(END_OF_HEADERS);
  if (end === -1) return undefined;
  const headers = new Map<string, string>();
  for (const line of source.subarray(0, end).toString('utf8').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = headerParameters(headers.get('content-disposition') ?? '');
  const filename = extendedFilename(disposition.get('filename*')) ?? disposition.get('filename');
  return {
    name: disposition.get('name') ?? '',
    ...(filename === undefined ? {} : { filename }),
    contentType: headers.get('content-type') ?? 'application/octet-stream',
    bytes: Buffer.from(source.subarray(isBare ? CRLF.length : end + END_OF_HEADERS.length)),
  };
}

/** `UTF-8''%E5%9B%BE.png`, which some clients send for names beyond ASCII. */
function extendedFilename(value: string | undefined): string | undefined {
  const [charset = '', , ...encoded] = value?.split("'") ?? [];
  if (charset.toLowerCase() !== 'utf-8' || encoded.length === 0) return undefined;
  try {
    return decodeURIComponent(encoded.join("'"));
  } catch {
    return undefined;
  }
}
