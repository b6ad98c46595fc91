import { Logger, type FactoryProvider, type InjectionToken, type Provider } from '@nestjs/common';
import { EasemobClient } from './client/easemob.client.js';
import { RateLimiter } from './rate-limit/rate-limiter.js';
import { type EasemobConfig, resolveOptions } from './easemob.config.js';
import type { EasemobModuleAsyncOptions, EasemobOptionsFactory } from './easemob.module-options.js';
import { tokenOf } from './easemob.tokens.js';
import {
  EASEMOB_INTERCEPTOR_OPTIONS,
  type EasemobErrorInterceptorOptions,
} from './errors/interceptor.options.js';
import { EasemobConfigError } from './errors/index.js';
import { FileService, MIN_UPLOAD_TIMEOUT_MS } from './files/file.service.js';
import { HttpTransport } from './http/http.transport.js';
import { MessageService } from './messages/message.service.js';
import { Retrier } from './retry/retrier.js';
import { DEFAULT_RETRY_POLICY } from './retry/retry-policy.js';
import { TokenService } from './token/token.service.js';

/** The parts that stay inside the module get the same kind of token as the services. */
const OPTIONS = { name: 'Options' };
const CONFIG = { name: 'Config' };

/** What the module hands out for one app. */
export function exportsOf(name: string | undefined): InjectionToken[] {
  return [
    ...[MessageService, TokenService, FileService].map((service) => tokenOf(service, name)),
    EASEMOB_INTERCEPTOR_OPTIONS,
  ];
}

/** Everything of one app, from its options to its services: each part is told only what it needs. */
export function createProviders(options: Provider[], name: string | undefined): Provider[] {
  const token = (part: { name: string }): InjectionToken => internalTokenOf(part, name);
  const http = token(HttpTransport);
  const tokens = tokenOf(TokenService, name);
  const client = token(EasemobClient);
  const retrier = token(Retrier);
  const config = token(CONFIG);
  return [
    ...options,
    { provide: config, useFactory: resolveOptions, inject: [token(OPTIONS)] },
    { provide: http, useFactory: createTransport, inject: [config] },
    { provide: retrier, useFactory: createRetrier, inject: [config] },
    { provide: tokens, useFactory: createTokenService, inject: [http, retrier, config] },
    { provide: client, useFactory: createClient, inject: [http, tokens, retrier, config] },
    { provide: tokenOf(MessageService, name), useFactory: createMessageService, inject: [client, config] },
    { provide: tokenOf(FileService, name), useFactory: createFileService, inject: [client, config] },
    { provide: EASEMOB_INTERCEPTOR_OPTIONS, useFactory: interceptorOptionsOf, inject: [config] },
  ];
}

/** The provider of given options. */
export function optionsProvider(options: object, name: string | undefined): Provider {
  return { provide: internalTokenOf(OPTIONS, name), useValue: options };
}

/**
 * The provider of options that are made.
 *
 * @throws EasemobConfigError when not exactly one way to make them is given
 */
export function asyncOptionsProviders(options: EasemobModuleAsyncOptions): Provider[] {
  const { useFactory, useClass, useExisting, inject = [], extraProviders = [], name } = options;
  const ways = [useFactory, useClass, useExisting].filter((way) => way !== undefined).length;
  if (ways !== 1) {
    throw new EasemobConfigError([
      `forRootAsync takes exactly one of useFactory, useClass and useExisting, got ${ways || 'none'}.`,
    ]);
  }
  const provide = internalTokenOf(OPTIONS, name);
  if (useFactory) return [...extraProviders, { provide, useFactory, inject }];

  const made = (factory: InjectionToken): FactoryProvider => ({
    provide,
    useFactory: (maker: EasemobOptionsFactory) => maker.createEasemobOptions(),
    inject: [factory],
  });
  if (useClass) return [...extraProviders, { provide: useClass, useClass }, made(useClass)];
  return [...extraProviders, ...(useExisting ? [made(useExisting)] : [])];
}

function internalTokenOf(part: { name: string }, name: string | undefined): string {
  return `Easemob${part.name}:internal:${name ?? ''}`;
}

function createTransport({ baseUrl, http }: EasemobConfig): HttpTransport {
  return new HttpTransport({ ...http, baseUrl });
}

function createRetrier({ baseUrl, retry }: EasemobConfig): Retrier {
  return new Retrier({
    host: new URL(baseUrl).host,
    policy: retry,
    onRetry: retry?.onRetry?.bind(retry),
  });
}

function createTokenService(transport: HttpTransport, retrier: Retrier, config: EasemobConfig): TokenService {
  const { appKey, baseUrl, clientId, clientSecret, http, retry, token } = config;
  const settings = {
    url: `${baseUrl}/token`,
    storeKey: `${appKey}:${clientId}`,
    clientId,
    clientSecret,
    timeoutMs: http.timeoutMs,
    ttl: token.ttl,
    expiresInUnit: token.expiresInUnit ?? 's',
    store: token.store,
    backoff: retry ?? DEFAULT_RETRY_POLICY,
  };
  return new TokenService(transport, settings, retrier);
}

function createClient(
  transport: HttpTransport,
  tokens: TokenService,
  retrier: Retrier,
  config: EasemobConfig,
): EasemobClient {
  const { appKey, baseUrl, clientSecret, http, rateLimit } = config;
  const logger = new Logger(RateLimiter.name);
  const limiter =
    rateLimit &&
    new RateLimiter(rateLimit, {
      keyPrefix: appKey,
      leaseTtlMs: {
        users: longestMs(http.timeoutMs),
        chatgroups: longestMs(http.timeoutMs),
        chatrooms: longestMs(http.timeoutMs),
        files: longestMs(Math.max(http.timeoutMs, MIN_UPLOAD_TIMEOUT_MS)),
      },
      onStoreError: (error) =>
        logger.warn(`The rate limit store failed (${error instanceof Error ? error.name : typeof error}).`),
    });
  return new EasemobClient(transport, tokens, limiter, retrier, {
    baseUrl,
    timeoutMs: http.timeoutMs,
    clientSecret,
  });
}

/** A request may wait for a connection as long as for its answer; and a busy process ends its turn a little late. */
function longestMs(timeoutMs: number): number {
  return 2 * timeoutMs + 5_000;
}

function createMessageService(
  client: EasemobClient,
  { api, validate, limits }: EasemobConfig,
): MessageService {
  return new MessageService(client, { api, validate, limits });
}

function createFileService(client: EasemobClient, { limits }: EasemobConfig): FileService {
  return new FileService(client, { uploadBytes: limits.uploadBytes });
}

function interceptorOptionsOf({ upstreamAuth }: EasemobConfig): EasemobErrorInterceptorOptions {
  return { upstreamAuth };
}
