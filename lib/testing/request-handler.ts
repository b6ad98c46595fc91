import type { IncomingMessage, ServerResponse } from 'node:http';

import { faultResponse, garbageResponse } from './fault-responses.js';
import type { EmulatorFault, FaultQueue } from './faults.js';
import { readJson } from './json.js';
import { emulatorFailed, Refusal } from './refusal.js';
import {
  mediaType,
  readBody,
  readHead,
  type EmulatedRequest,
  type RequestContext,
  type RequestHead,
} from './request.js';
import { errorResponse, type EmulatorResponse } from './response.js';
import { route } from './router.js';
import type { EmulatorState } from './state.js';
import type { Timers } from './timers.js';
import { writeResponse } from './write-response.js';

const NOT_JSON = { ok: false, description: '' } as const;

type UnroutedContext = Omit<RequestContext, 'params'>;

/** Takes each request from its first byte to the end of its response: reads, records, processes, responds. */
export class RequestHandler {
  /** The requests that were read to their end. */
  recorded: EmulatedRequest[] = [];
  readonly #state: EmulatorState;
  readonly #faults: FaultQueue;
  readonly #timers: Timers;
  readonly #isRecording: boolean;
  #count = 0;

  constructor(state: EmulatorState, faults: FaultQueue, timers: Timers, isRecording: boolean) {
    this.#state = state;
    this.#faults = faults;
    this.#timers = timers;
    this.#isRecording = isRecording;
  }

  handle(message: IncomingMessage, target: ServerResponse): void {
    // The client is gone. Without a listener the error would end the process.
    target.on('error', () => undefined);
    this.#guard(target, () => {
      const head = readHead(message, this.#state.clock.now());
      const fault = this.#faults.take(head);
      readBody(message, this.#state.limits.keptBytes(isMultipart(head)), (rawBody, isOverflow) => {
        this.#guard(target, () => {
          this.#receive(this.#record(head, rawBody, isOverflow, fault), target, fault);
        });
      });
    });
  }

  clear(): void {
    this.recorded = [];
    this.#count = 0;
  }

  #record(
    head: RequestHead,
    rawBody: Buffer,
    isOverflow: boolean,
    fault: EmulatorFault | undefined,
  ): UnroutedContext {
    const json = isMultipart(head) || isOverflow ? NOT_JSON : readJson(rawBody);
    const request: EmulatedRequest = { ...head, rawBody, ...(json.ok ? { body: json.value } : {}) };
    if (this.#isRecording) this.recorded.push(request);
    const omitTargets = fault !== undefined && 'omitTargets' in fault ? fault.omitTargets : 0;
    return { request, requestIndex: this.#count++, json, isOverflow, omitTargets };
  }

  #receive(context: UnroutedContext, target: ServerResponse, fault: EmulatorFault | undefined): void {
    const respond = (): void => {
      this.#guard(target, () => {
        this.#respond(context, target, fault);
      });
    };
    if (fault?.delayMs === undefined) respond();
    else this.#timers.after(fault.delayMs, respond);
  }

  #respond(context: UnroutedContext, target: ServerResponse, fault: EmulatorFault | undefined): void {
    const { request } = context;
    const reset = fault !== undefined && 'reset' in fault ? fault.reset : undefined;
    let response = fault === undefined ? undefined : faultResponse(fault, request, this.#timestamp());
    if (reset !== 'before') response ??= this.#process(context);
    if (reset !== undefined || response === undefined) {
      // A pipelined response has no socket of its own before its turn.
      target.req.socket.resetAndDestroy();
      return;
    }
    if (fault !== undefined && 'garbage' in fault) response = garbageResponse();
    request.status = response.status;
    writeResponse(target, response, fault, this.#timers);
  }

  #process(context: UnroutedContext): EmulatorResponse {
    try {
      return route(this.#state, context);
    } catch (error) {
      const duration = Math.floor(this.#state.clock.now() - context.request.receivedAt);
      const refusal = error instanceof Refusal ? error : emulatorFailed(error);
      return errorResponse(refusal, this.#timestamp(), duration);
    }
  }

  /** Runs one step of a request. An error of the emulator becomes the response, so that it cannot end the process. */
  #guard(target: ServerResponse, step: () => void): void {
    try {
      step();
    } catch (error) {
      const response = errorResponse(emulatorFailed(error), this.#timestamp());
      if (target.headersSent) target.destroy();
      else writeResponse(target, response, undefined, this.#timers);
    }
  }

  #timestamp(): number {
    return Math.floor(this.#state.clock.now());
  }
}

function isMultipart({ headers }: RequestHead): boolean {
  return mediaType(headers) === 'multipart/form-data';
}
