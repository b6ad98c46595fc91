import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import type { JsonReading } from './json.js';

/**
 * A request as it arrived.
 *
 * @see {@link https://doc.easemob.com/document/server-side/overview.html}
 */
export interface EmulatedRequest {
  /** The HTTP method, in upper case. */
  readonly method: string;
  /** The path with `/{org}/{app}` and without the query, still percent-encoded. */
  readonly path: string;
  /** The query, decoded. Of a repeated name the last value counts. */
  readonly query: Readonly<Record<string, string>>;
  /** The headers; their names are in lower case. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** The body, byte for byte. Only the beginning of a body that is far larger than any limit is kept. */
  readonly rawBody: Buffer;
  /** The body parsed as JSON; absent when it is not JSON. */
  readonly body?: unknown;
  /** When its headers arrived, in Unix milliseconds of the emulator's clock, with a fraction. */
  readonly receivedAt: number;
  /** The status of the response; absent before the response and after a reset. */
  status?: number;
}

/** The part of a request that is known before its body arrives. */
export type RequestHead = Pick<EmulatedRequest, 'method' | 'path' | 'query' | 'headers' | 'receivedAt'>;

/** A complete request and what a route needs to process it. */
export interface RequestContext {
  readonly request: EmulatedRequest;
  readonly requestIndex: number;
  readonly json: JsonReading;
  /** Whether the body is larger than any limit, so that `rawBody` is only its beginning. */
  readonly isOverflow: boolean;
  /** The path segments that the route's pattern captured, decoded. */
  readonly params: readonly string[];
  /** The targets that a fault leaves undelivered: the last so many, or these. */
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

/** Reads a body to its end and keeps at most `capBytes`. `onBody` is not called when the client aborts. */
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
