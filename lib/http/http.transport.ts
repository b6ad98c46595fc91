import type { Readable } from 'node:stream';
import type { OnApplicationShutdown } from '@nestjs/common';
import { HttpService } from '@nestjs/axios';
import { type AxiosInstance, create } from 'axios';
import type { Dispatcher } from 'undici';
import { CarriedRequest, type CarryingConfig, createAxiosAdapter } from './axios-adapter.js';
import { createDispatcher } from './dispatcher.js';
import type { HttpOptions } from './http.options.js';
import { Interruption } from './interruption.js';
import type { HttpRequest, HttpResponse, Transport } from './transport.js';

export interface HttpTransportSettings {
  readonly timeoutMs: number;
  readonly connections: number;
  readonly proxyUrl?: string | undefined;
  readonly setup?: HttpOptions['setup'];
}

/** Carries requests through a private `HttpService`, never the application's, whose headers and interceptors would leak in. */
export class HttpTransport implements Transport, OnApplicationShutdown {
  readonly #http: HttpService;
  readonly #dispatcher: Dispatcher;
  readonly #graceMs: number;

  constructor(settings: HttpTransportSettings) {
    this.#graceMs = settings.timeoutMs;
    this.#dispatcher = createDispatcher(settings);
    this.#http = new HttpService(createBareAxios(this.#dispatcher));
    settings.setup?.(this.#http);
  }

  async exchange(request: HttpRequest): Promise<HttpResponse> {
    const carried = new CarriedRequest(request);
    const config: CarryingConfig = { url: request.url, method: request.method, carried };
    try {
      // `axiosRef` runs the same interceptors as `request()` without an Observable and a cancel token per call.
      const { status, headers, data } = await this.#http.axiosRef.request<string | Readable>(config);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the adapter made them so
      return { status, headers: headers as Record<string, string>, body: data };
    } catch (error) {
      // What axios or an interceptor throws may carry the request: only a code and a message pass on.
      throw Interruption.of(error, carried.isUnderWay);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    // What is under way may still end well; what hangs is cut off.
    const cutOff = setTimeout(() => void this.#dispatcher.destroy(), this.#graceMs);
    await this.#dispatcher.close();
    clearTimeout(cutOff);
  }
}

/** An instance without the defaults that `axios.create` copies from the application's global axios. */
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
