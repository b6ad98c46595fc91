import type { Transform } from 'node:stream';
import { decoderOf } from './content-encoding.js';

/** Receives the result of a {@link BodyReader}, once. */
export interface BodySink {
  onText(text: string): void;
  onError(error: Error): void;
}

/** A response is larger than it may be. */
export class ResponseTooLarge extends Error {
  readonly code = 'UND_ERR_RES_EXCEEDED_MAX_SIZE';

  constructor(limitBytes: number) {
    super(`the response is larger than ${limitBytes} bytes ("http.maxResponseBytes")`);
  }
}

/** Reads a response body as text while it arrives: decoded, and bounded in bytes on the wire and decoded. */
export class BodyReader {
  readonly #limitBytes: number;
  readonly #sink: BodySink;
  readonly #decoder: Transform | undefined;
  readonly #chunks: Buffer[] = [];
  #wireBytes = 0;
  #bytes = 0;
  #isOver = false;

  constructor(encoding: string | undefined, limitBytes: number, sink: BodySink) {
    this.#limitBytes = limitBytes;
    this.#sink = sink;
    this.#decoder = decoderOf(encoding);
    this.#decoder
      ?.on('data', (chunk: Buffer) => this.#keep(chunk))
      .on('end', () => this.#done())
      .on('error', (error) => this.#fail(error));
  }

  write(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#wireBytes += chunk.length;
    if (this.#wireBytes > this.#limitBytes) this.#fail(new ResponseTooLarge(this.#limitBytes));
    else if (this.#decoder) this.#decoder.write(chunk);
    else this.#keep(chunk);
  }

  end(): void {
    // An empty body is empty whatever its encoding; a decoder would miss its header.
    if (this.#decoder && this.#wireBytes > 0) this.#decoder.end();
    else this.#done();
  }

  /** Stops; the sink is called no more. */
  destroy(): void {
    this.#isOver = true;
    this.#chunks.length = 0;
    this.#decoder?.destroy();
  }

  #keep(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limitBytes) this.#fail(new ResponseTooLarge(this.#limitBytes));
    // A chunk is a view of the buffer that it was read into, and keeps all of it, framing included: a server that sends
    // one byte in each would fill the memory with buffers. One chunk is the usual response, which need not be copied.
    else this.#chunks.push(this.#chunks.length === 0 ? chunk : Buffer.from(chunk));
  }

  #done(): void {
    if (this.#isOver) return;
    const [first] = this.#chunks;
    const body = first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    this.destroy();
    this.#sink.onText(body.toString('utf8'));
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.destroy();
    this.#sink.onError(error);
  }
}
