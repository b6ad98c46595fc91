import type { IncomingHttpHeaders } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { abortWatch } from './abort-watch.js';
import { decode, decoderOf } from './content-encoding.js';
import { Interruption } from './interruption.js';
import type { HttpRequest, HttpResponse } from './transport.js';

/**
 * One request and its answer over an undici dispatcher. Written on `dispatch` itself because only there it is known
 * whether the request was written before it failed, which decides if a send may have been taken.
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
  private written = false;
  private controller: Dispatcher.DispatchController | undefined;
  private status = 0;
  private headers: Record<string, string> = {};
  private readonly chunks: Buffer[] = [];
  private stream: Readable | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly request: HttpRequest,
    private readonly resolve: (response: HttpResponse) => void,
    private readonly reject: (reason: Interruption) => void,
  ) {
    this.timer = setTimeout(this.onTimeout, request.timeoutMs);
    if (request.signal?.aborted) this.onAbort();
    else if (request.signal) abortWatch.add(request.signal, this.onAbort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.isOver) {
      controller.abort(new Error('the request was given up before it was written'));
      return;
    }
    this.controller = controller;
    this.written = true;
    // The wait for a free connection had its own time.
    this.timer.refresh();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    this.status = status;
    this.headers = flatten(headers);
    if (this.request.responseType !== 'stream' || status >= 300) return;

    clearTimeout(this.timer);
    const body = new Readable({
      read: () => controller.resume(),
      destroy: (error, callback) => {
        this.release();
        if (!this.isOver) controller.abort(error ?? new Error('the download was given up'));
        this.isOver = true;
        callback(error);
      },
    });
    this.stream = body;
    // As an answer of Node's own client: one that breaks and that nobody listens to does not end the process.
    body.on('error', ignore);
    const decoder = decoderOf(this.headers['content-encoding']);
    this.resolve({ status, headers: this.headers, body: decoder ? pipeline(body, decoder, ignore) : body });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.stream) this.chunks.push(chunk);
    else if (!this.stream.push(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    if (this.isOver) return;
    if (this.stream) {
      this.isOver = true;
      this.stream.push(null);
      return;
    }
    this.finish();
    const encoding = this.headers['content-encoding'];
    if (encoding === undefined) {
      this.answer(this.chunks.length === 1 && this.chunks[0] ? this.chunks[0] : Buffer.concat(this.chunks));
    } else {
      decode(this.chunks, encoding).then(
        (body) => this.answer(body),
        (error: unknown) => this.reject(Interruption.of(error, true)),
      );
    }
  }

  onResponseError(_controller: unknown, error: unknown): void {
    this.fail(Interruption.of(error, this.written));
  }

  private answer(body: Buffer): void {
    this.resolve({ status: this.status, headers: this.headers, body: body.toString('utf8') });
  }

  private readonly onTimeout = (): void => {
    const what = this.status ? 'the whole answer' : 'an answer';
    this.fail(
      new Interruption(
        this.written ? `${what} did not come` : 'no connection was free, or could be made,',
        'timeout',
        this.written ? 'ETIMEDOUT' : 'UND_ERR_CONNECT_TIMEOUT',
        this.written,
      ),
    );
  };

  private readonly onAbort = (): void => {
    this.fail(new Interruption('the caller gave up', 'aborted', 'ABORT_ERR', this.written));
  };

  private fail(interruption: Interruption): void {
    if (this.isOver) return;
    this.finish();
    this.controller?.abort(interruption);
    if (this.stream) this.stream.destroy(interruption);
    else this.reject(interruption);
  }

  private finish(): void {
    this.isOver = true;
    this.release();
  }

  private release(): void {
    clearTimeout(this.timer);
    if (this.request.signal) abortWatch.delete(this.request.signal, this.onAbort);
  }
}

function ignore(): void {
  // Whoever reads the stream hears of its error.
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
}
