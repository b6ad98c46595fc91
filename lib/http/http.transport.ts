import { Readable } from 'node:stream';
import type { OnApplicationShutdown } from '@nestjs/common';
import { HttpService } from '@nestjs/axios';
import axios, { type AxiosInstance } from 'axios';
import type { HttpOptions } from '../options/http.options.js';
import {
  CarriedRequest,
  type CarryingConfig,
  createAxiosAdapter,
  type Dispatchers,
} from './axios-adapter.js';
import { createDispatcher, type DispatcherSettings } from './dispatcher.js';
import { interceptorError, withInterceptorTimeout } from './interceptor-timeout.js';
import { TransportError } from './transport-error.js';
import type { HttpRequest, HttpResponse, ResponseLimits, Transport } from './transport.js';

/** The module options that the transport needs. */
export interface HttpTransportSettings extends DispatcherSettings {
  readonly setup?: HttpOptions['setup'];
  /** The `User-Agent` of every request. */
  readonly userAgent: string;
  /** The most bytes of a response that is no download. */
  readonly maxResponseBytes: number;
  /** How long a download may stand still, in milliseconds. */
  readonly downloadIdleMs: number;
}

/** Carries requests through a private `HttpService`: headers and interceptors of the application's own would leak in. */
export class HttpTransport implements Transport, OnApplicationShutdown {
  readonly #http: HttpService;
  readonly #dispatchers: Dispatchers;
  readonly #graceMs: number;
  readonly #userAgent: string;
  readonly #hasInterceptors: boolean;
  #closed: Promise<void> | undefined;
  #underWay = 0;
  #onIdle: (() => void) | undefined;

  constructor(settings: HttpTransportSettings) {
    this.#graceMs = settings.timeoutMs;
    this.#userAgent = settings.userAgent;
    this.#dispatchers = { calls: createDispatcher(settings), downloads: createDispatcher(settings) };
    const { maxResponseBytes, downloadIdleMs } = settings;
    this.#http = new HttpService(
      createBareAxios(this.#dispatchers, { maxResponseBytes, idleMs: downloadIdleMs }),
    );
    this.#hasInterceptors = settings.setup !== undefined;
    void settings.setup?.(this.#http);
  }

  async exchange(request: HttpRequest): Promise<HttpResponse> {
    const carried = new CarriedRequest({
      ...request,
      headers: { ...request.headers, 'user-agent': this.#userAgent },
    });
    const config: CarryingConfig = { url: request.url, method: request.method, carried };
    this.#underWay += 1;
    try {
      const response = await this.#throughAxios(carried, config, request.signal);
      if (typeof response.body !== 'string') {
        this.#underWay += 1;
        response.body.once('close', () => this.#ended());
      }
      return response;
    } finally {
      this.#ended();
    }
  }

  /**
   * Runs the interceptors around the exchange. Once the request is under way only the exchange may say that Easemob did
   * not accept it: a failed interceptor leaves that open, and what it returns replaces nothing.
   */
  async #throughAxios(
    carried: CarriedRequest,
    config: CarryingConfig,
    signal: AbortSignal | undefined,
  ): Promise<HttpResponse> {
    let thrown: unknown;
    let isThrown = false;
    try {
      // `axiosRef` runs the same interceptors as `request()` without an Observable and a cancel token per call.
      const through = this.#http.axiosRef.request(config);
      await (this.#hasInterceptors
        ? withInterceptorTimeout(through, carried, this.#graceMs, signal)
        : through);
    } catch (error) {
      thrown = error;
      isThrown = true;
    }
    const { outcome, isUnderWay, givenUp } = carried;
    if (outcome && 'error' in outcome) throw TransportError.of(outcome.error, true);
    if (outcome && !isThrown) return outcome.response;
    if (outcome?.response.body instanceof Readable) outcome.response.body.destroy();
    throw givenUp ?? interceptorError(reasonOf(isThrown ? thrown : undefined), isUnderWay);
  }

  /** May be called again. */
  onApplicationShutdown(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    // Requests under way may still succeed; those that hang, for instance a stream that nobody reads, are cut off. The
    // dispatcher's `close` would release its pools, so that `destroy` after it reaches none.
    if (this.#underWay > 0) {
      await new Promise<void>((resolve) => {
        const cutOff = setTimeout(resolve, this.#graceMs);
        this.#onIdle = () => {
          clearTimeout(cutOff);
          resolve();
        };
      });
    }
    const { calls, downloads } = this.#dispatchers;
    await Promise.all([calls.destroy(), downloads.destroy()]);
  }

  #ended(): void {
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#onIdle?.();
  }
}

/** Creates an instance without the defaults that `axios.create` copies from the application's global axios. */
function createBareAxios(dispatchers: Dispatchers, limits: ResponseLimits): AxiosInstance {
  // oxlint-disable-next-line import/no-named-as-default-member -- axios before 1.16 exports no `create`
  const instance = axios.create();
  for (const name of Object.keys(instance.defaults)) Reflect.deleteProperty(instance.defaults, name);
  Object.assign(instance.defaults, {
    adapter: createAxiosAdapter(dispatchers, limits),
    headers: {},
    transformRequest: [],
    transformResponse: [],
  });
  return instance;
}

/** Keeps the message of an error of an interceptor; the error itself may carry the response, which may hold the token. */
function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : 'it put something else in place of the exchange';
}
