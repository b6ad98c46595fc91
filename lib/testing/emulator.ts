import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import type { Observable } from 'rxjs';

import { failure, type Answer } from './answer.js';
import { EmulatorClock } from './clock.js';
import { deliver } from './deliver.js';
import type { EasemobEmulatorOptions } from './emulator.options.js';
import { answerInstead, garbageAnswer } from './fault-answers.js';
import { FaultQueue, type EmulatorFault, type FaultMatch } from './faults.js';
import { FileStore, type EmulatedFile } from './files.js';
import { parseJson } from './json.js';
import { Limits } from './limits.js';
import type { EmulatedMessage } from './message.types.js';
import { Outbox } from './outbox.js';
import { RateGates, type EmulatorRefusals } from './rate-gates.js';
import { Refusal } from './refusal.js';
import {
  mediaType,
  readBody,
  readHead,
  type Call,
  type EmulatedRequest,
  type RequestHead,
} from './request.js';
import { route } from './router.js';
import type { EmulatorState } from './state.js';
import { Timers } from './timers.js';
import { TokenRegistry } from './tokens.js';
import { UserRegistry } from './users.js';

const HOST = '127.0.0.1';
/** Beyond the largest legal upload a body is read but no longer kept. */
const BODY_SLACK_BYTES = 1024 * 1024;

/**
 * A local Easemob for tests and demos: a real HTTP server on loopback that keeps the documented tokens, limits and
 * errors, records what arrives and misbehaves when told to. It works for any Easemob client, in any language.
 *
 * @example
 * const emulator = await EasemobEmulator.start();
 * EasemobModule.forRoot(emulator.moduleOptions);
 * await emulator.stop();
 */
export class EasemobEmulator implements AsyncDisposable {
  /** What the module needs to talk to this emulator; spread it into `EasemobModule.forRoot`. */
  readonly moduleOptions: {
    readonly host: string;
    readonly appKey: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
  /** `http://127.0.0.1:{port}`. */
  readonly url: string;
  readonly port: number;
  private readonly state: EmulatorState;
  private readonly faults = new FaultQueue();
  private readonly timers = new Timers();
  private readonly sockets = new Set<Socket>();
  private recordedRequests: EmulatedRequest[] = [];
  private requestCount = 0;
  private stopped: Promise<void> | undefined;

  private constructor(
    private readonly server: Server,
    private readonly options: EasemobEmulatorOptions,
    app: { readonly orgName: string; readonly appName: string },
  ) {
    const { clientId = 'YXA6-emulator-client-id', clientSecret = 'YXA6-emulator-client-secret' } = options;
    // A listening TCP server has an address object; only a pipe has a string.
    this.port = (server.address() as AddressInfo).port;
    this.url = `http://${HOST}:${this.port}`;
    this.moduleOptions = { host: this.url, appKey: `${app.orgName}#${app.appName}`, clientId, clientSecret };
    const clock = new EmulatorClock();
    const limits = new Limits(options.limits);
    this.state = {
      ...app,
      url: this.url,
      application: randomUUID(),
      clientId,
      clientSecret,
      tokenTtlSeconds: options.tokenTtlSeconds ?? 5_184_000,
      limits,
      clock,
      tokens: new TokenRegistry(clock),
      users: new UserRegistry(clock),
      outbox: new Outbox(clock, options.recordMessages ?? true),
      files: new FileStore(clock),
      rates: new RateGates(limits, options.limits ?? {}),
    };
    server.on('request', (request, response) => {
      this.receive(request, response);
    });
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /**
   * Starts an emulator and resolves once it listens.
   * @throws TypeError when `appKey` does not look like `org#app`; the system's error when the port is taken
   */
  static async start(options: EasemobEmulatorOptions = {}): Promise<EasemobEmulator> {
    const { appKey = 'easemob-demo#testapp', port = 0 } = options;
    const [, orgName, appName] = /^([\w.-]+)#([\w.-]+)$/.exec(appKey) ?? [];
    if (orgName === undefined || appName === undefined) {
      throw new TypeError(`"appKey" must look like "org#app", got "${appKey}".`);
    }
    // Node's five seconds would close connections that a client still counts on.
    const server = createServer({ keepAliveTimeout: 60_000 });
    server.listen(port, HOST);
    await once(server, 'listening');
    return new EasemobEmulator(server, options, { orgName, appName });
  }

  /** Every request, in the order in which they were complete. */
  get requests(): readonly EmulatedRequest[] {
    return this.recordedRequests;
  }

  /** Every accepted message, one per entry of the request's targets. */
  get messages(): readonly EmulatedMessage[] {
    return this.state.outbox.recorded;
  }

  /** The messages accepted from now on; completes when the emulator stops. */
  get messages$(): Observable<EmulatedMessage> {
    return this.state.outbox.stream;
  }

  /** Every uploaded file. */
  get files(): readonly EmulatedFile[] {
    return this.state.files.all;
  }

  /** How many tokens were issued since the start, of apps and of users. */
  get tokensIssued(): number {
    return this.state.tokens.issued;
  }

  /** How many requests the rate limits refused. */
  get refusals(): EmulatorRefusals {
    return { ...this.state.rates.refusals };
  }

  /**
   * Lets the next `times` requests that match meet a fault. Faults queue: each request takes the first that matches it.
   * @throws RangeError for a status that cannot be sent
   */
  failNext(fault: EmulatorFault, times = 1, match: FaultMatch = {}): void {
    this.faults.add(fault, times, match);
  }

  /** Forgets the faults that are still waiting. */
  clearFaults(): void {
    this.faults.clear();
  }

  /** Makes every token issued so far invalid. */
  revokeTokens(): void {
    this.state.tokens.revokeAll();
  }

  /** Moves the emulator's clock forward: tokens and files expire, rate windows pass. Milliseconds. */
  advance(ms: number): void {
    this.state.clock.advance(ms);
  }

  /** Forgets requests, messages, files, faults and what the rate limits counted; tokens and users stay valid. */
  reset(): void {
    this.recordedRequests = [];
    this.requestCount = 0;
    this.state.outbox.clear();
    this.state.files.clear();
    this.faults.clear();
    this.state.rates = new RateGates(this.state.limits, this.options.limits ?? {});
  }

  /** Stops at once, dropping open connections and whatever waits; may be called again. */
  stop(): Promise<void> {
    this.stopped ??= this.shutDown();
    return this.stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  private async shutDown(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.timers.clear();
    for (const socket of this.sockets) socket.destroy();
    this.state.outbox.close();
    await closed;
  }

  private receive(message: IncomingMessage, response: ServerResponse): void {
    const head = readHead(message, this.state.clock.now());
    const fault = this.faults.take(head);
    const { uploadBytes, largestRequestBytes } = this.state.limits;
    const capBytes = Math.max(uploadBytes, largestRequestBytes) + BODY_SLACK_BYTES;
    readBody(message, capBytes, (rawBody, isOverflow) => {
      const call = this.record(head, rawBody, isOverflow, fault);
      const answer = (): void => {
        this.answer(call, response, fault);
      };
      if (fault?.delayMs === undefined) answer();
      else this.timers.after(fault.delayMs, answer);
    });
  }

  private record(
    head: RequestHead,
    rawBody: Buffer,
    isOverflow: boolean,
    fault: EmulatorFault | undefined,
  ): Omit<Call, 'params'> {
    const isMultipart = mediaType(head.headers) === 'multipart/form-data';
    const json = isMultipart ? ({ ok: false, description: '' } as const) : parseJson(rawBody);
    const request: EmulatedRequest = { ...head, rawBody, ...(json.ok ? { body: json.value } : {}) };
    if (this.options.recordRequests ?? true) this.recordedRequests.push(request);
    const omitTargets = fault !== undefined && 'omitTargets' in fault ? fault.omitTargets : 0;
    return { request, requestIndex: this.requestCount++, json, isOverflow, omitTargets };
  }

  private answer(
    call: Omit<Call, 'params'>,
    response: ServerResponse,
    fault: EmulatorFault | undefined,
  ): void {
    const { request } = call;
    const reset = fault !== undefined && 'reset' in fault ? fault.reset : undefined;
    let answer = fault === undefined ? undefined : answerInstead(fault, request, this.timestamp());
    if (reset !== 'before') answer ??= this.process(call);
    if (reset !== undefined || answer === undefined) {
      response.socket?.resetAndDestroy();
      return;
    }
    if (fault !== undefined && 'garbage' in fault) answer = garbageAnswer();
    request.status = answer.status;
    deliver(response, answer, fault, this.timers);
  }

  private process(call: Omit<Call, 'params'>): Answer {
    try {
      return route(this.state, call);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const duration = Math.floor(this.state.clock.now() - call.request.receivedAt);
      return failure(error, this.timestamp(), duration);
    }
  }

  private timestamp(): number {
    return Math.floor(this.state.clock.now());
  }
}
