import type { Readable } from 'node:stream';

/** One HTTP request, and no policy: no token, no retry, no limit. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** The absolute URL. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes that go on the wire. */
  readonly body?: string | Buffer | undefined;
  /** `stream` hands over the body of a 2xx response unread; any other response is read whole. */
  readonly responseType: 'text' | 'stream';
  /**
   * Milliseconds from the first byte sent to the last byte received (for a stream: to its headers). The wait for a
   * connection has as long again.
   */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The limits that the transport adds to a request. */
export interface ResponseLimits {
  /** The most bytes of a response that is no stream, on the wire and decoded. */
  readonly maxResponseBytes: number;
  /** How long a stream may stand still, in milliseconds. */
  readonly idleMs: number;
}

/** The response as it came. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; a repeated header is joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** A stream only where one was asked for and the status is 2xx. */
  readonly body: string | Readable;
}

/** Carries one request; rejects with a `TransportError` when there is no whole response. */
export interface Transport {
  exchange(request: HttpRequest): Promise<HttpResponse>;
}
