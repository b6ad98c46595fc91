import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import type { ParsedJson } from './json.js';

/** A request as it arrived. */
export interface EmulatedRequest {
  readonly method: string;
  /** Without the query, percent-encoding kept. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** The body, byte for byte. */
  readonly rawBody: Buffer;
  /** The body as JSON, where it is JSON. */
  readonly body?: unknown;
  /** When its head arrived: Unix milliseconds of the emulator's clock, with a fraction. */
  readonly receivedAt: number;
  /** The status it was answered with; absent while unanswered and after a reset. */
  status?: number;
}

/** What is known of a request before its body. */
export type RequestHead = Pick<EmulatedRequest, 'method' | 'path' | 'query' | 'headers' | 'receivedAt'>;

/** A request on its way through the routes. */
export interface Call {
  readonly request: EmulatedRequest;
  readonly requestIndex: number;
  readonly json: ParsedJson;
  /** The body went on beyond anything acceptable, and `rawBody` is only its beginning. */
  readonly isOverflow: boolean;
  /** What the route pattern captured, decoded. */
  readonly params: readonly string[];
  /** Targets that a fault leaves undelivered: the last so many, or these. */
  readonly omitTargets: number | readonly string[];
}

export function readHead(request: IncomingMessage, receivedAt: number): RequestHead {
  // A client behind a forward proxy sends the absolute form of the address.
  const target = (request.url ?? '/').replace(/^https?:\/\/[^/]*/i, '') || '/';
  const [path = '/', ...rest] = target.split('?');
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(rest.join('?'))) query[name] = value;
  return { method: request.method ?? '', path, query, headers: request.headers, receivedAt };
}

/** Reads a body to its end, keeping at most `capBytes`; a client that gives up half-way is never called back for. */
export function readBody(
  request: IncomingMessage,
  capBytes: number,
  onBody: (body: Buffer, isOverflow: boolean) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= capBytes) chunks.push(chunk);
  });
  request.on('end', () => {
    onBody(Buffer.concat(chunks), bytes > capBytes);
  });
  request.on('error', () => {
    chunks.length = 0;
  });
}

/** The media type in lower case, without its parameters; empty when the header is missing. */
export function mediaType(headers: RequestHead['headers']): string {
  return (headers['content-type'] ?? '').split(';', 1).join('').trim().toLowerCase();
}
