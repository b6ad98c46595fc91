import type { IncomingHttpHeaders } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { abortWatch } from './abort-watch.js';
import { decode, decoderOf } from './content-encoding.js';
import { TransportError } from './transport-error.js';
import type { HttpRequest, HttpResponse } from './transport.js';

/**
 * Makes one HTTP exchange over an undici dispatcher. It uses `dispatch` itself, because only there it is known whether
 * the request was written before it failed, which decides whether a send may have been accepted.
 */
export function exchange(dispatcher: Dispatcher, request: HttpRequest): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const running = new Exchange(request, resolve, reject);
    if (running.isOver) return;
    const { origin, path } = targetOf(request.url);
    try {
      dispatcher.dispatch(
        {
          origin,
          path,
          method: request.method,
          headers: request.headers,
          body: request.body ?? null,
          headersTimeout: 0,
          bodyTimeout: request.responseType === 'stream' ? request.timeoutMs : 0,
        },
        running,
      );
    } catch (error) {
      running.onResponseError(undefined, error);
    }
  });
}

/** Splits without `new URL`, which costs more than the rest of this file. */
function targetOf(url: string): { origin: string; path: string } {
  const slash = url.indexOf('/', url.indexOf('://') + 3);
  return slash < 0 ? { origin: url, path: '/' } : { origin: url.slice(0, slash), path: url.slice(slash) };
}

class Exchange implements Dispatcher.DispatchHandler {
  isOver = false;
  readonly #request: HttpRequest;
  readonly #resolve: (response: HttpResponse) => void;
  readonly #reject: (reason: TransportError) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #requestWritten = false;
  #status = 0;
  #headers: Record<string, string> = {};
  #stream: Readable | undefined;

  constructor(
    request: HttpRequest,
    resolve: (response: HttpResponse) => void,
    reject: (reason: TransportError) => void,
  ) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(this.#onTimeout, request.timeoutMs);
    if (request.signal?.aborted) this.#onAbort();
    else if (request.signal) abortWatch.add(request.signal, this.#onAbort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.isOver) {
      controller.abort(new Error('the request was aborted before it was written'));
      return;
    }
    this.#controller = controller;
    this.#requestWritten = true;
    // The wait for a free connection had its own time.
    this.#timer.refresh();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = flatten(headers);
    if (this.#request.responseType !== 'stream' || status >= 300) return;

    clearTimeout(this.#timer);
    const body = new Readable({
      read: () => controller.resume(),
      destroy: (error, callback) => {
        this.#release();
        if (!this.isOver) controller.abort(error ?? new Error('the download was aborted'));
        this.isOver = true;
        callback(error);
      },
    });
    this.#stream = body;
    // As with Node's own client, a response that breaks and that nobody listens to does not end the process.
    body.on('error', ignore);
    const decoder = decoderOf(this.#headers['content-encoding']);
    this.#resolve({ status, headers: this.#headers, body: decoder ? pipeline(body, decoder, ignore) : body });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#stream) this.#chunks.push(chunk);
    else if (!this.#stream.push(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    if (this.isOver) return;
    if (this.#stream) {
      this.isOver = true;
      this.#stream.push(null);
      return;
    }
    this.#finish();
    const encoding = this.#headers['content-encoding'];
    if (encoding === undefined) {
      this.#respond(
        this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks),
      );
    } else {
      decode(this.#chunks, encoding).then(
        (body) => this.#respond(body),
        (error: unknown) => this.#reject(TransportError.of(error, true)),
      );
    }
  }

  onResponseError(_controller: unknown, error: unknown): void {
    this.#fail(TransportError.of(error, this.#requestWritten));
  }

  #respond(body: Buffer): void {
    this.#resolve({ status: this.#status, headers: this.#headers, body: body.toString('utf8') });
  }

  readonly #onTimeout = (): void => {
    const { timeoutMs } = this.#request;
    const missing = this.#status ? 'the response was not complete' : 'there was no response';
    this.#fail(
      this.#requestWritten
        ? new TransportError(`${missing} within ${timeoutMs} ms`, 'timeout', 'ETIMEDOUT', true)
        : new TransportError(
            `no connection could be made or became free within ${timeoutMs} ms`,
            'timeout',
            'UND_ERR_CONNECT_TIMEOUT',
            false,
          ),
    );
  };

  readonly #onAbort = (): void => {
    this.#fail(new TransportError('the signal was aborted', 'aborted', 'ABORT_ERR', this.#requestWritten));
  };

  #fail(error: TransportError): void {
    if (this.isOver) return;
    this.#finish();
    this.#controller?.abort(error);
    if (this.#stream) this.#stream.destroy(error);
    else this.#reject(error);
  }

  #finish(): void {
    this.isOver = true;
    this.#release();
  }

  #release(): void {
    clearTimeout(this.#timer);
    if (this.#request.signal) abortWatch.delete(this.#request.signal, this.#onAbort);
  }
}

function ignore(): void {
  // The reader of the stream receives its error.
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
}
