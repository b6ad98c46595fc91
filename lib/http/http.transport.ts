import { Readable } from 'node:stream';
import type { OnApplicationShutdown } from '@nestjs/common';
import { HttpService } from '@nestjs/axios';
import { type AxiosInstance, create } from 'axios';
import type { Dispatcher } from 'undici';
import type { HttpOptions } from '../options/http.options.js';
import { CarriedRequest, type CarryingConfig, createAxiosAdapter } from './axios-adapter.js';
import { createDispatcher, type DispatcherSettings } from './dispatcher.js';
import { TransportError } from './transport-error.js';
import type { HttpRequest, HttpResponse, Transport } from './transport.js';

/** The module options that the transport needs. */
export interface HttpTransportSettings extends DispatcherSettings {
  readonly setup?: HttpOptions['setup'];
  /** The `User-Agent` of every request. */
  readonly userAgent: string;
}

/** Carries requests through a private `HttpService`: headers and interceptors of the application's own would leak in. */
export class HttpTransport implements Transport, OnApplicationShutdown {
  readonly #http: HttpService;
  readonly #dispatcher: Dispatcher;
  readonly #graceMs: number;
  readonly #userAgent: string;
  #closed: Promise<void> | undefined;
  #underWay = 0;
  #onIdle: (() => void) | undefined;

  constructor(settings: HttpTransportSettings) {
    this.#graceMs = settings.timeoutMs;
    this.#userAgent = settings.userAgent;
    this.#dispatcher = createDispatcher(settings);
    this.#http = new HttpService(createBareAxios(this.#dispatcher));
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
      // `axiosRef` runs the same interceptors as `request()` without an Observable and a cancel token per call.
      const { status, headers, data } = await this.#http.axiosRef.request<string | Readable>(config);
      if (data instanceof Readable) {
        this.#underWay += 1;
        data.once('close', () => this.#ended());
      }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the adapter made them so
      return { status, headers: headers as Record<string, string>, body: data };
    } catch (error) {
      // An error of axios or of an interceptor may carry the request: only its code and its message pass on.
      throw TransportError.of(error, carried.isUnderWay);
    } finally {
      this.#ended();
    }
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
    await this.#dispatcher.destroy();
  }

  #ended(): void {
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#onIdle?.();
  }
}

/** Creates an instance without the defaults that `axios.create` copies from the application's global axios. */
function createBareAxios(dispatcher: Dispatcher): AxiosInstance {
  const instance = create();
  for (const name of Object.keys(instance.defaults)) Reflect.deleteProperty(instance.defaults, name);
  Object.assign(instance.defaults, {
    adapter: createAxiosAdapter(dispatcher),
    headers: {},
    transformRequest: [],
    transformResponse: [],
  });
  return instance;
}
