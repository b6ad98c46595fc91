import type { AxiosAdapter, AxiosRequestConfig, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import type { Dispatcher } from 'undici';
import { exchange } from './exchange.js';
import type { TransportError } from './transport-error.js';
import type { HttpRequest, HttpResponse, ResponseLimits } from './transport.js';

/** How the exchange of a request ended. */
export type ExchangeOutcome = { readonly response: HttpResponse } | { readonly error: unknown };

/**
 * A request on its way through axios, and the outcome of its exchange on the way back. It travels as one opaque value:
 * axios would copy and rewrite its parts at every call, and interceptors, which may log what they see, must not see the
 * token or the body.
 */
export class CarriedRequest {
  readonly #request: HttpRequest;
  /** Called when the exchange begins and when it has ended. */
  onStart: (() => void) | undefined;
  onEnd: (() => void) | undefined;
  #isUnderWay = false;
  #outcome: ExchangeOutcome | undefined;
  #givenUp: TransportError | undefined;

  constructor(request: HttpRequest) {
    this.#request = request;
  }

  /** Whether it reached the connection: an interceptor may have ended it before. */
  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** How the exchange ended, whatever interceptors made of it; absent where there was none. */
  get outcome(): ExchangeOutcome | undefined {
    return this.#outcome;
  }

  /** Why nobody waits for it any more. */
  get givenUp(): TransportError | undefined {
    return this.#givenUp;
  }

  /** Ends it outside the exchange. The caller hears that nothing was sent, so that nothing may be sent later either. */
  giveUp(reason: TransportError): void {
    this.#givenUp ??= reason;
  }

  /** Makes the exchange. An interceptor that asks for another one would send the message again, so that is refused. */
  async send(run: (request: HttpRequest) => Promise<HttpResponse>): Promise<HttpResponse> {
    if (this.#isUnderWay)
      throw new Error('a request is sent only once; the module retries it by its own options');
    if (this.#givenUp) throw this.#givenUp;
    this.#isUnderWay = true;
    this.onStart?.();
    try {
      const response = await run(this.#request);
      this.#outcome = { response };
      return response;
    } catch (error) {
      this.#outcome = { error };
      throw error;
    } finally {
      this.onEnd?.();
    }
  }
}

/** The config that axios gets: method and URL for interceptors to see, and the request itself. */
export interface CarryingConfig extends AxiosRequestConfig {
  carried: CarriedRequest;
}

/** The connection pools: slow readers of downloads must not take the connections of other calls. */
export interface Dispatchers {
  readonly calls: Dispatcher;
  readonly downloads: Dispatcher;
}

/** Runs axios over undici: every status resolves, no redirect is followed, nothing is transformed. */
export function createAxiosAdapter(dispatchers: Dispatchers, limits: ResponseLimits): AxiosAdapter {
  return async (config) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the transport calls this instance
    const { carried } = config as typeof config & CarryingConfig;
    const { status, headers, body } = await carried.send((request) =>
      exchange(
        request.responseType === 'stream' ? dispatchers.downloads : dispatchers.calls,
        withChanges(request, config),
        limits,
      ),
    );
    const response: AxiosResponse<HttpResponse['body']> = {
      data: body,
      status,
      statusText: '',
      headers,
      config,
    };
    return response;
  };
}

/** The request with what interceptors changed; most change nothing, and it need not be copied. */
function withChanges(request: HttpRequest, config: InternalAxiosRequestConfig): HttpRequest {
  const url = config.url ?? request.url;
  const headers = withAdded(request.headers, config.headers);
  return url === request.url && headers === request.headers ? request : { ...request, url, headers };
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
