import { pipeline, Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { decoderOf } from './content-encoding.js';
import { TransportError } from './transport-error.js';

/** What a download needs of its exchange. */
export interface DownloadContext {
  readonly controller: Dispatcher.DispatchController;
  readonly encoding: string | undefined;
  /** How long the download may stand still, in milliseconds, because nobody reads it or the server sends nothing. */
  readonly idleMs: number;
  /** The stream was destroyed or read to its end. */
  readonly onClose: () => void;
}

/** The body of a download as a stream: with back-pressure, decoded, and ended when it stands still for too long. */
export class DownloadBody {
  /** What the caller reads. */
  readonly stream: Readable;
  readonly #source: Readable;
  readonly #controller: Dispatcher.DispatchController;
  readonly #idleTimer: NodeJS.Timeout;
  #isComplete = false;

  constructor({ controller, encoding, idleMs, onClose }: DownloadContext) {
    this.#controller = controller;
    this.#idleTimer = setTimeout(() => this.destroy(idleError(idleMs)), idleMs).unref();
    this.#source = new Readable({
      read: () => {
        this.#idleTimer.refresh();
        controller.resume();
      },
      destroy: (error, callback) => {
        if (!this.#isComplete) controller.abort(error ?? new Error('the download was aborted'));
        callback(error);
      },
    });
    const decoder = decoderOf(encoding);
    this.stream = decoder ? pipeline(this.#source, decoder, ignore) : this.#source;
    // As with Node's own client, a response that breaks and that nobody listens to does not end the process.
    for (const each of new Set([this.#source, this.stream])) each.on('error', ignore);
    this.stream.once('close', () => {
      clearTimeout(this.#idleTimer);
      this.#source.destroy();
      onClose();
    });
  }

  push(chunk: Buffer): void {
    this.#idleTimer.refresh();
    if (!this.#source.push(chunk)) this.#controller.pause();
  }

  end(): void {
    this.#isComplete = true;
    this.#source.push(null);
  }

  destroy(error: Error): void {
    this.stream.destroy(error);
    this.#source.destroy(error);
  }
}

function idleError(idleMs: number): TransportError {
  return new TransportError(
    `the download stood still for ${idleMs} ms ("http.downloadIdleMs")`,
    'timeout',
    'ETIMEDOUT',
    true,
  );
}

function ignore(): void {
  // The reader of the stream receives its error.
}
