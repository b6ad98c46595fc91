import type { Observable } from 'rxjs';

import { assertOptions } from './emulator-option-checks.js';
import type { EasemobEmulatorOptions } from './emulator.options.js';
import { FaultQueue, type EmulatorFault, type FaultMatch } from './faults.js';
import type { EmulatedFile } from './files.js';
import { LoopbackServer } from './loopback-server.js';
import type { EmulatedMessage } from './message.types.js';
import { RateCounters, type EmulatorRefusals } from './rate-counters.js';
import type { EmulatedRequest } from './request.js';
import { RequestHandler } from './request-handler.js';
import { createState, type EmulatorState } from './state.js';
import { Timers } from './timers.js';

/**
 * A local Easemob for tests and demos: a real HTTP server on loopback with the documented tokens, limits and errors. It
 * records every request and message, and misbehaves on command. Any Easemob client can use it, in any language.
 *
 * @see {@link https://doc.easemob.com/document/server-side/overview.html} for the API that it emulates
 * @example
 * const emulator = await EasemobEmulator.start();
 * EasemobModule.forRoot(emulator.moduleOptions);
 * await emulator.stop();
 */
export class EasemobEmulator implements AsyncDisposable {
  /** The options with which a module reaches this emulator; spread them into `EasemobModule.forRoot`. */
  readonly moduleOptions: {
    readonly host: string;
    readonly appKey: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
  /** The address of the emulator, `http://127.0.0.1:{port}`. */
  readonly url: string;
  /** The TCP port on which the emulator listens. */
  readonly port: number;
  readonly #server: LoopbackServer;
  readonly #options: EasemobEmulatorOptions;
  readonly #state: EmulatorState;
  readonly #handler: RequestHandler;
  readonly #faults = new FaultQueue();
  readonly #timers = new Timers();
  #stopped: Promise<void> | undefined;

  private constructor(
    server: LoopbackServer,
    options: EasemobEmulatorOptions,
    app: { readonly orgName: string; readonly appName: string },
  ) {
    const { clientId = 'YXA6-emulator-client-id', clientSecret = 'YXA6-emulator-client-secret' } = options;
    this.#server = server;
    this.#options = options;
    this.port = server.port;
    this.url = server.url;
    this.moduleOptions = { host: this.url, appKey: `${app.orgName}#${app.appName}`, clientId, clientSecret };
    this.#state = createState({ ...app, url: this.url, clientId, clientSecret }, options);
    const isRecording = options.recordRequests ?? true;
    this.#handler = new RequestHandler(this.#state, this.#faults, this.#timers, isRecording);
    server.onRequest((message, response) => {
      this.#handler.handle(message, response);
    });
  }

  /**
   * Starts an emulator and resolves once it listens.
   *
   * @throws TypeError when an option is wrong or unknown, with every problem and how to correct it
   * @throws Error when the port cannot be opened, with the `code` of the system: `EADDRINUSE` when it is in use
   */
  static async start(options: EasemobEmulatorOptions = {}): Promise<EasemobEmulator> {
    assertOptions(options);
    const { appKey = 'easemob-demo#testapp', port = 0 } = options;
    const [orgName = '', appName = ''] = appKey.split('#');
    return new EasemobEmulator(await LoopbackServer.listen(port), options, { orgName, appName });
  }

  /** The requests so far, in the order in which they ended. Empty with `recordRequests: false`. */
  get requests(): readonly EmulatedRequest[] {
    return this.#handler.recorded;
  }

  /** The accepted messages so far, one per target of a request, in their order. Empty with `recordMessages: false`. */
  get messages(): readonly EmulatedMessage[] {
    return this.#state.messages.recorded;
  }

  /** The messages that are accepted after the subscription. Completes when the emulator stops. */
  get messages$(): Observable<EmulatedMessage> {
    return this.#state.messages.stream;
  }

  /** The files that were uploaded, expired ones included. */
  get files(): readonly EmulatedFile[] {
    return this.#state.files.all;
  }

  /** How many tokens were issued since the start, app tokens and user tokens together. */
  get tokensIssued(): number {
    return this.#state.tokens.issued;
  }

  /** How many requests the rate limits refused since the start or the last `reset()`. */
  get refusals(): EmulatorRefusals {
    return { ...this.#state.rates.refusals };
  }

  /**
   * Applies a fault to the next `times` requests that match. Faults wait in a queue; each request takes the first that
   * matches it.
   *
   * @param fault what happens to the request
   * @param times how many requests it happens to; 1 by default
   * @param match which requests it applies to; all by default
   * @throws RangeError for a status that is not from 200 to 599
   * @throws TypeError for a fault that cannot be applied, for instance a header that HTTP cannot carry
   */
  failNext(fault: EmulatorFault, times = 1, match: FaultMatch = {}): void {
    this.#faults.add(fault, times, match);
  }

  /** Removes the faults that are still in the queue. */
  clearFaults(): void {
    this.#faults.clear();
  }

  /** Invalidates every token issued so far. A request with one gets 401. */
  revokeTokens(): void {
    this.#state.tokens.revokeAll();
  }

  /**
   * Moves the emulator's clock forward by `ms` milliseconds: tokens and files expire, rate windows pass.
   *
   * @throws RangeError when `ms` is negative or not finite
   */
  advance(ms: number): void {
    this.#state.clock.advance(ms);
  }

  /** Clears requests, messages, files, faults and rate counters. Tokens and users stay valid. */
  reset(): void {
    this.#handler.clear();
    this.#state.messages.clear();
    this.#state.files.clear();
    this.#faults.clear();
    this.#state.rates = new RateCounters(this.#state.limits, this.#options.limits ?? {});
  }

  /** Stops at once: open connections are closed and delayed responses dropped. A second call has no effect. */
  stop(): Promise<void> {
    this.#stopped ??= this.#shutDown();
    return this.#stopped;
  }

  /** Stops the emulator at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #shutDown(): Promise<void> {
    this.#timers.clear();
    this.#state.messages.close();
    await this.#server.close();
  }
}
