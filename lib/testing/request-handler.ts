import type { IncomingMessage, ServerResponse } from 'node:http';

import { faultResponse, garbageResponse } from './fault-responses.js';
import type { EmulatorFault, FaultQueue } from './faults.js';
import { readJson } from './json.js';
import { Refusal } from './refusal.js';
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

/** A body may exceed the largest legal upload by this much and is still kept whole. */
const BODY_SLACK_BYTES = 1024 * 1024;

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
    const head = readHead(message, this.#state.clock.now());
    const fault = this.#faults.take(head);
    const { uploadBytes, largestRequestBytes } = this.#state.limits;
    const capBytes = Math.max(uploadBytes, largestRequestBytes) + BODY_SLACK_BYTES;
    readBody(message, capBytes, (rawBody, isOverflow) => {
      const context = this.#record(head, rawBody, isOverflow, fault);
      const respond = (): void => {
        this.#respond(context, target, fault);
      };
      if (fault?.delayMs === undefined) respond();
      else this.#timers.after(fault.delayMs, respond);
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
    const isMultipart = mediaType(head.headers) === 'multipart/form-data';
    const json = isMultipart ? ({ ok: false, description: '' } as const) : readJson(rawBody);
    const request: EmulatedRequest = { ...head, rawBody, ...(json.ok ? { body: json.value } : {}) };
    if (this.#isRecording) this.recorded.push(request);
    const omitTargets = fault !== undefined && 'omitTargets' in fault ? fault.omitTargets : 0;
    return { request, requestIndex: this.#count++, json, isOverflow, omitTargets };
  }

  #respond(context: UnroutedContext, target: ServerResponse, fault: EmulatorFault | undefined): void {
    const { request } = context;
    const reset = fault !== undefined && 'reset' in fault ? fault.reset : undefined;
    let response = fault === undefined ? undefined : faultResponse(fault, request, this.#timestamp());
    if (reset !== 'before') response ??= this.#process(context);
    if (reset !== undefined || response === undefined) {
      target.socket?.resetAndDestroy();
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
      if (!(error instanceof Refusal)) throw error;
      const duration = Math.floor(this.#state.clock.now() - context.request.receivedAt);
      return errorResponse(error, this.#timestamp(), duration);
    }
  }

  #timestamp(): number {
    return Math.floor(this.#state.clock.now());
  }
}
