import type { Readable } from 'node:stream';
import type { OnApplicationShutdown } from '@nestjs/common';
import { errorOfAnswer, errorOfInterruption, refusalScope } from '../errors/classification.js';
import { isEasemobError } from '../errors/index.js';
import { Interruption } from '../http/interruption.js';
import { isJsonObject, parseJson } from '../http/json.js';
import { redact } from '../http/redaction.js';
import type { Secret } from '../http/secret.js';
import type { HttpResponse, Transport } from '../http/transport.js';
import type { RetryOptions, RetryPolicy } from '../options/retry.options.js';
import type { TokenService } from '../token/token.service.js';
import type { EasemobCall, EasemobResponse } from './easemob-call.js';
import type { RateLimiter, Turn } from './rate-limiter.js';
import { type CallAccount, Final, RetryLoop } from './retry-loop.js';

/** @internal What the client needs of the module's options. */
export interface ClientSettings {
  /** `https://host/org/app` */
  readonly baseUrl: string;
  readonly timeoutMs: number;
  /** No call carries it, but what a gateway quotes of other requests may. */
  readonly clientSecret: Secret;
  /** Absent: nothing is retried but the one 401. */
  readonly retry?: RetryPolicy | undefined;
  readonly onRetry?: RetryOptions['onRetry'];
}

/**
 * One authenticated, limited, retried call: the only place that adds the token, waits or tries again. Services say what
 * to call.
 */
export class EasemobClient implements OnApplicationShutdown {
  readonly #transport: Transport;
  readonly #tokens: TokenService;
  readonly #limiter: RateLimiter | undefined;
  readonly #settings: ClientSettings;
  readonly #retries: RetryLoop;

  constructor(
    transport: Transport,
    tokens: TokenService,
    limiter: RateLimiter | undefined,
    settings: ClientSettings,
  ) {
    this.#transport = transport;
    this.#tokens = tokens;
    this.#limiter = limiter;
    this.#settings = settings;
    this.#retries = new RetryLoop(settings.retry, settings.onRetry);
  }

  /**
   * The absolute URL of a path of this app, without a query.
   */
  urlOf(path: string): string {
    return this.#settings.baseUrl + path;
  }

  /** Makes a call that answers in the documented envelope; rejects with an `EasemobError`. */
  call(call: EasemobCall): Promise<EasemobResponse> {
    return this.#retries.run(call, (account) => this.#once(call, account, 'text', envelopeOf));
  }

  /** Makes a call that answers with bytes; rejects with an `EasemobError`. */
  download(call: EasemobCall): Promise<Readable> {
    return this.#retries.run(call, (account) =>
      this.#once(call, account, 'stream', ({ body }) => (typeof body === 'string' ? undefined : body)),
    );
  }

  onApplicationShutdown(): void {
    this.#limiter?.close();
    this.#retries.close();
  }

  /** One try: token, turn, HTTP; the one 401 that a new token may cure is part of it. */
  async #once<T>(
    call: EasemobCall,
    account: CallAccount,
    responseType: 'text' | 'stream',
    read: (answer: HttpResponse) => T | undefined,
  ): Promise<T> {
    const token = await this.#tokens.getToken(call.signal);
    const turn = await this.#turn(call);
    const answer = await this.#exchange(call, token, turn, account, responseType);

    const isSuccess = answer.status >= 200 && answer.status < 300;
    const value = isSuccess ? read(answer) : undefined;
    if (value !== undefined) {
      this.#tokens.accept(token);
      turn?.done();
      return value;
    }

    const error = errorOfAnswer({ ...answer, body: textOf(answer) }, this.#contextOf(call, token));
    const scope = refusalScope(error);
    if (scope) turn?.refused({ scope, retryAfterMs: error.retryAfterMs });
    turn?.done();
    if (answer.status !== 401) this.#tokens.accept(token);
    else if (error.kind === 'auth') {
      this.#tokens.invalidate(token);
      if (this.#mayReplace(token, account)) return this.#once(call, account, responseType, read);
    }
    throw error;
  }

  #mayReplace(token: string, account: CallAccount): boolean {
    if (account.mayReplaceAdopted && this.#tokens.wasAdopted(token)) {
      account.mayReplaceAdopted = false;
      return true;
    }
    const { mayReplaceToken } = account;
    account.mayReplaceToken = false;
    return mayReplaceToken;
  }

  async #turn(call: EasemobCall): Promise<Turn | undefined> {
    try {
      return await this.#limiter?.take(call.route, call.messages, call.signal);
    } catch (error) {
      // It has waited as long as it may.
      throw isEasemobError(error) ? new Final(error) : error;
    }
  }

  async #exchange(
    call: EasemobCall,
    token: string,
    turn: Turn | undefined,
    account: CallAccount,
    responseType: 'text' | 'stream',
  ): Promise<HttpResponse> {
    account.requests += 1;
    try {
      return await this.#transport.exchange({
        method: call.method,
        url: this.#settings.baseUrl + call.path,
        headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...call.headers },
        body: call.body,
        responseType,
        timeoutMs: Math.max(this.#settings.timeoutMs, call.minTimeoutMs ?? 0),
        signal: call.signal,
      });
    } catch (error) {
      turn?.done();
      throw errorOfInterruption(Interruption.of(error, true), this.#contextOf(call, token));
    }
  }

  #contextOf(call: EasemobCall, token: string): { what: string; redact(text: string): string } {
    const secrets = [token, this.#settings.clientSecret.reveal(), call.headers?.['share-secret'] ?? ''];
    return { what: `${call.method} ${call.path}`, redact: (text) => redact(text, secrets) };
  }
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

function textOf({ body }: HttpResponse): string {
  return typeof body === 'string' ? body : '';
}
