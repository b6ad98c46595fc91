import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { abortWatch } from './abort-watch.js';
import { BodyReader } from './body-reader.js';
import { DownloadBody } from './download-body.js';
import { TransportError } from './transport-error.js';
import type { HttpRequest, HttpResponse, ResponseLimits } from './transport.js';

/**
 * Makes one HTTP exchange over an undici dispatcher. It uses `dispatch` itself, because only there it is known whether
 * the request was written before it failed, which decides whether a send may have been accepted.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: HttpRequest,
  limits: ResponseLimits,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const running = new Exchange(request, limits, resolve, reject);
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
          bodyTimeout: 0,
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
  readonly #limits: ResponseLimits;
  readonly #resolve: (response: HttpResponse) => void;
  readonly #reject: (reason: TransportError) => void;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #requestWritten = false;
  #status = 0;
  #headers: Record<string, string> = {};
  #reader: BodyReader | undefined;
  #download: DownloadBody | undefined;

  constructor(
    request: HttpRequest,
    limits: ResponseLimits,
    resolve: (response: HttpResponse) => void,
    reject: (reason: TransportError) => void,
  ) {
    this.#request = request;
    this.#limits = limits;
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
    if (status < 200 || this.isOver) return;
    this.#status = status;
    this.#headers = flatten(headers);
    const encoding = this.#headers['content-encoding'];
    if (this.#request.responseType === 'stream' && status < 300) {
      this.#startDownload(controller, encoding);
    } else {
      this.#reader = new BodyReader(encoding, this.#limits.maxResponseBytes, {
        onText: (body) => this.#succeed(body),
        onError: (error) => this.#fail(TransportError.of(error, true)),
      });
    }
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.#download) this.#download.push(chunk);
    else this.#reader?.write(chunk);
  }

  onResponseEnd(): void {
    if (this.#download) this.#download.end();
    else this.#reader?.end();
  }

  onResponseError(_controller: unknown, error: unknown): void {
    this.#fail(TransportError.of(error, this.#requestWritten));
  }

  #startDownload(controller: Dispatcher.DispatchController, encoding: string | undefined): void {
    clearTimeout(this.#timer);
    const { idleMs } = this.#limits;
    this.#download = new DownloadBody({ controller, encoding, idleMs, onClose: () => this.#finish() });
    this.#resolve({ status: this.#status, headers: this.#headers, body: this.#download.stream });
  }

  #succeed(body: string): void {
    if (this.isOver) return;
    this.#finish();
    this.#resolve({ status: this.#status, headers: this.#headers, body });
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
    this.#reader?.destroy();
    this.#controller?.abort(error);
    if (this.#download) this.#download.destroy(error);
    else this.#reject(error);
  }

  #finish(): void {
    this.isOver = true;
    clearTimeout(this.#timer);
    if (this.#request.signal) abortWatch.delete(this.#request.signal, this.#onAbort);
  }
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
}
