import type { Readable } from 'node:stream';

/** One HTTP exchange, and no policy: no token, no retry, no limit. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** The absolute URL. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What goes on the wire, byte for byte. */
  readonly body?: string | Buffer | undefined;
  /** `stream` hands over the body of a 2xx answer unread; any other answer is read whole. */
  readonly responseType: 'text' | 'stream';
  /** From the first byte sent to the last byte received (for a stream: to its headers); the wait for a connection has as long again. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The answer as it came. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; a repeated header is joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** A stream only where one was asked for and the status is 2xx. */
  readonly body: string | Readable;
}

/** Carries one request; rejects with an `Interruption` when there is no whole answer. */
export interface Transport {
  exchange(request: HttpRequest): Promise<HttpResponse>;
}
