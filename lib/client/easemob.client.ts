import type { Readable } from 'node:stream';
import type { OnApplicationShutdown } from '@nestjs/common';
import { classifyResponse, classifyTransportError } from '../errors/classification.js';
import { isEasemobError } from '../errors/index.js';
import { isJsonObject, parseJson } from '../http/json.js';
import { Redactor } from '../http/redaction.js';
import type { Secret } from '../http/secret.js';
import type { HttpResponse, Transport } from '../http/transport.js';
import { TransportError } from '../http/transport-error.js';
import type { Permit } from '../rate-limit/permit.js';
import type { RateLimiter } from '../rate-limit/rate-limiter.js';
import { NonRetryable, TokenRejected } from '../retry/attempt-failure.js';
import type { AttemptState } from '../retry/attempt-state.js';
import type { Retrier } from '../retry/retrier.js';
import { ReplacementAllowance } from '../token/replacement-allowance.js';
import { RejectingRoutes } from '../token/rejecting-routes.js';
import type { HeldToken } from '../token/token-source.js';
import type { TokenService } from '../token/token.service.js';
import type { CallResult, EasemobCall, EasemobResponse } from './easemob-call.js';

/** @internal The module options that the client needs. */
export interface ClientSettings {
  /** `https://host/org/app` */
  readonly baseUrl: string;
  readonly timeoutMs: number;
  /** No call carries it, but a gateway may quote other requests. */
  readonly clientSecret: Secret;
}

/** One attempt of a call, with everything that it needs. */
interface Attempt {
  readonly call: EasemobCall;
  readonly state: AttemptState;
  readonly token: HeldToken;
  readonly permit: Permit | undefined;
  readonly responseType: 'text' | 'stream';
}

/**
 * Makes authenticated, limited, retried calls. It is the only place that adds the token and waits for a permit; services
 * only say what to call.
 */
export class EasemobClient implements OnApplicationShutdown {
  readonly #transport: Transport;
  readonly #tokens: TokenService;
  readonly #limiter: RateLimiter | undefined;
  readonly #retrier: Retrier;
  readonly #settings: ClientSettings;
  readonly #redactor = new Redactor();
  readonly #rejecting = new RejectingRoutes();
  readonly #replacements = new ReplacementAllowance();

  constructor(
    transport: Transport,
    tokens: TokenService,
    limiter: RateLimiter | undefined,
    retrier: Retrier,
    settings: ClientSettings,
  ) {
    this.#transport = transport;
    this.#tokens = tokens;
    this.#limiter = limiter;
    this.#retrier = retrier;
    this.#settings = settings;
  }

  /** Returns the absolute URL of a path of this app, without a query. */
  urlOf(path: string): string {
    return this.#settings.baseUrl + path;
  }

  /** Makes a call whose response is the documented JSON; rejects with an `EasemobError`. */
  call(call: EasemobCall): Promise<CallResult> {
    return this.#retrier.run(call, (state) =>
      this.#attempt(call, state, 'text', (response) => resultOf(response, state)),
    );
  }

  /** Makes a call whose response is a stream of bytes; rejects with an `EasemobError`. */
  download(call: EasemobCall): Promise<Readable> {
    return this.#retrier.run(call, (state) => this.#attempt(call, state, 'stream', streamOf));
  }

  onApplicationShutdown(): void {
    this.#limiter?.close();
    this.#retrier.close();
  }

  /** One attempt: the token, the permit, the request. */
  async #attempt<T>(
    call: EasemobCall,
    state: AttemptState,
    responseType: Attempt['responseType'],
    read: (response: HttpResponse) => T | undefined,
  ): Promise<T> {
    const token = await this.#tokens.tokenFor(state, call.signal);
    // Last before the wire: a permit that was granted before a slow token fetch would be spent in a burst.
    const permit = this.#limiter && (await this.#acquirePermit(this.#limiter, call, state));
    const attempt = { call, state, token, permit, responseType };
    const response = await this.#exchange(attempt);

    const isSuccess = response.status >= 200 && response.status < 300;
    const value = isSuccess ? read(response) : undefined;
    // oxlint-disable-next-line typescript/only-throw-error -- it carries the error; a second stack would say nothing more
    if (value === undefined) throw this.#failureOf(response, attempt);
    this.#accepted(call, token);
    permit?.release();
    return value;
  }

  async #acquirePermit(limiter: RateLimiter, call: EasemobCall, state: AttemptState): Promise<Permit> {
    try {
      return await limiter.acquire(call.route, call.messages, call.signal, state.progress);
    } catch (error) {
      // It has waited as long as it may.
      throw isEasemobError(error) ? new NonRetryable(error) : error;
    }
  }

  async #exchange(attempt: Attempt): Promise<HttpResponse> {
    const { call, state, token, permit, responseType } = attempt;
    state.count();
    try {
      return await this.#transport.exchange({
        method: call.method,
        url: this.#settings.baseUrl + call.path,
        headers: { authorization: `Bearer ${token.value}`, accept: 'application/json', ...call.headers },
        body: call.body,
        responseType,
        timeoutMs: Math.max(this.#settings.timeoutMs, call.minTimeoutMs ?? 0),
        signal: call.signal,
      });
    } catch (error) {
      permit?.release();
      throw classifyTransportError(TransportError.of(error, true), this.#contextOf(attempt));
    }
  }

  /** Releases the permit and judges the token by a response that is no success; returns what the attempt throws. */
  #failureOf(response: HttpResponse, attempt: Attempt): Error | TokenRejected {
    const { call, permit, state, token } = attempt;
    const body = typeof response.body === 'string' ? response.body : '';
    const { error, scope } = classifyResponse({ ...response, body }, this.#contextOf(attempt));
    permit?.release(scope && { scope, retryAfterMs: error.retryAfterMs });
    if (response.status !== 401) this.#accepted(call, token);
    if (response.status !== 401 || error.kind !== 'auth') return error;
    if (this.#tokens.isAccepted(token.value)) {
      // The token works elsewhere: another one would be rejected by this route too.
      if (this.#rejecting.has(call.route) || !this.#replacements.take()) return error;
    }
    if (state.hasReplacedToken) this.#rejecting.add(call.route);
    this.#tokens.invalidate(token.value);
    return new TokenRejected(error, token.fromSharedStore);
  }

  #accepted({ route }: EasemobCall, token: HeldToken): void {
    this.#tokens.markAccepted(token.value);
    this.#rejecting.delete(route);
  }

  #contextOf({ call, state, token }: Attempt): Parameters<typeof classifyResponse>[1] {
    const secrets = [token.value, this.#settings.clientSecret.reveal(), ...(call.secrets ?? [])];
    const { attempts, sent } = state.progress;
    return {
      what: `${call.method} ${call.path}`,
      redact: (text) => this.#redactor.redact(text, secrets),
      attempts,
      // An earlier attempt may have been accepted, whatever becomes of this one.
      sent: sent === 'maybe' ? sent : undefined,
    };
  }
}

function resultOf(response: HttpResponse, state: AttemptState): CallResult | undefined {
  const envelope = envelopeOf(response);
  return envelope && { response: envelope, attempts: state.progress.attempts };
}

function envelopeOf({ body }: HttpResponse): EasemobResponse | undefined {
  if (typeof body !== 'string') return undefined;
  try {
    const parsed = parseJson(body);
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function streamOf({ body }: HttpResponse): Readable | undefined {
  return typeof body === 'string' ? undefined : body;
}
