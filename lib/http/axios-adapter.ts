import type { AxiosAdapter, AxiosRequestConfig, AxiosResponse } from 'axios';
import type { Dispatcher } from 'undici';
import { exchange } from './exchange.js';
import type { HttpRequest, HttpResponse } from './transport.js';

/**
 * A request on its way through axios. It travels as one opaque value: axios would copy and rewrite its parts at every
 * call, and interceptors, which may log what they see, must not see the token or the body.
 */
export class CarriedRequest {
  /** Whether it reached the connection: an interceptor may have ended it before. */
  isUnderWay = false;
  readonly #request: HttpRequest;

  constructor(request: HttpRequest) {
    this.#request = request;
  }

  start(): HttpRequest {
    this.isUnderWay = true;
    return this.#request;
  }
}

/** The config that axios gets: method and URL for interceptors to see, and the request itself. */
export interface CarryingConfig extends AxiosRequestConfig {
  carried: CarriedRequest;
}

/** Runs axios over undici: every status resolves, no redirect is followed, nothing is transformed. */
export function createAxiosAdapter(dispatcher: Dispatcher): AxiosAdapter {
  return async (config) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the transport calls this instance
    const request = (config as typeof config & CarryingConfig).carried.start();
    const response = await exchange(dispatcher, {
      ...request,
      url: config.url ?? request.url,
      headers: withAdded(request.headers, config.headers),
    });
    const axiosResponse: AxiosResponse<HttpResponse['body']> = {
      data: response.body,
      status: response.status,
      statusText: '',
      headers: response.headers,
      config,
    };
    return axiosResponse;
  };
}

/** Adds the headers of interceptors; they replace none of the request. */
function withAdded(headers: HttpRequest['headers'], added: object): HttpRequest['headers'] {
  let all: Record<string, string> | undefined;
  const entries: [string, unknown][] = Object.entries(added);
  for (const [name, value] of entries) {
    const lowerCased = name.toLowerCase();
    if (Object.hasOwn(headers, lowerCased) || typeof value !== 'string') continue;
    all ??= { ...headers };
    all[lowerCased] = value;
  }
  return all ?? headers;
}
