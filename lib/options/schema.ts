import type { RateLimitStore } from '../rate-limit/rate-limit-store.js';
import type { TokenStore } from '../token/token-store.js';
import { VERSION } from '../version.js';
import { bytesPerType, forEveryType } from './bytes-per-type.js';
import { callable, credential, flag, methods, oneOf, text } from '../checks/checks.js';
import {
  ascending,
  falseOrObject,
  object,
  requireAll,
  type ResolvedRows,
  type RowsOf,
} from '../checks/group.js';
import { headerValue, proxyUrl } from '../checks/http-checks.js';
import type { HttpOptions } from './http.options.js';
import type { LimitOptions } from './limit.options.js';
import type { EasemobModuleExtras, EasemobModuleOptions } from './module.options.js';
import { above, atLeast, between, count } from '../checks/number-checks.js';
import { option, PerApi, required, validatedSeparately } from '../checks/option.js';
import type { RateLimitOptions, RouteLimit } from './rate-limit.options.js';
import type { RetryOptions } from './retry.options.js';
import type { TokenOptions } from './token.options.js';

const KB = 1024;
const NO_LIMIT = Infinity;

/** The options of `limits`. */
export const limitOptions = object({
  targets: object({
    users: option(atLeast(1), { default: 600 }),
    chatgroups: option(atLeast(1), { default: new PerApi({ legacy: 600, current: 3 }) }),
    chatrooms: option(atLeast(1), { default: new PerApi({ legacy: 600, current: 10 }) }),
  } satisfies RowsOf<NonNullable<LimitOptions['targets']>>),
  requestBytes: bytesPerType({
    legacy: { ...forEveryType(5 * KB), txt: 50 * KB },
    current: forEveryType(NO_LIMIT),
  }),
  messageBytes: bytesPerType({
    legacy: { ...forEveryType(NO_LIMIT), txt: 40 * KB, loc: 4 * KB },
    current: forEveryType(5 * KB),
  }),
  uploadBytes: option(atLeast(1), { default: 10 * 1024 * KB }),
} satisfies RowsOf<LimitOptions>);

/** The options of `rateLimit`, unless that is `false`. */
export const rateLimitOptions = object({
  users: route({ callsPerSecond: 100, messages: { count: 6000, windowMs: 60_000 } }),
  chatgroups: route({ callsPerSecond: 20, messages: { count: 20, windowMs: 1000 } }),
  chatrooms: route({ callsPerSecond: 100, messages: { count: 100, windowMs: 1000 } }),
  files: route({ callsPerSecond: 100, messages: undefined }),
  maxWaitMs: option(atLeast(0), { default: 30_000 }),
  store: option(methods<RateLimitStore>('RateLimitStore', 'bucket'), { defaultText: 'memory' }),
} satisfies RowsOf<RateLimitOptions>);

/** The options of `retry`, unless that is `false`. */
export const retryOptions = ascending(
  object({
    attempts: option(count(1), { default: 4 }),
    minDelayMs: option(between(0), { default: 500 }),
    maxDelayMs: option(between(0), { default: 30_000 }),
    maxTotalMs: option(atLeast(0), { default: 60_000 }),
    unsafeSends: option(flag, { default: false }),
    onRetry: option(
      callable<NonNullable<RetryOptions['onRetry']>>('(event: RetryEvent) => void | Promise<void>'),
    ),
  } satisfies RowsOf<RetryOptions>),
  'minDelayMs',
  'maxDelayMs',
);

const tokenOptions = object({
  // The service counts this time, not a timer of this process.
  ttl: option(between(0, Number.MAX_SAFE_INTEGER), { defaultText: 'as the console says' }),
  store: option(methods<TokenStore>('TokenStore', 'get', 'set'), { defaultText: 'memory' }),
  expiresInUnit: option(oneOf('s', 'ms'), { default: 's' }),
} satisfies RowsOf<TokenOptions>);

const httpOptions = object({
  timeoutMs: option(between(1), { default: 10_000 }),
  connections: option(count(1), { default: 64 }),
  proxyUrl: option(proxyUrl, { defaultText: 'HTTPS_PROXY, HTTP_PROXY, NO_PROXY' }),
  maxResponseBytes: option(atLeast(1024), { default: 1024 * KB }),
  downloadIdleMs: option(between(1), { default: 60_000 }),
  setup: option(callable<NonNullable<HttpOptions['setup']>>('(http: HttpService) => void | Promise<void>')),
  userAgent: option(headerValue, {
    default: `nestjs-easemob/${VERSION} node/${process.versions.node}`,
    defaultText: 'nestjs-easemob/<version> node/<version>',
  }),
} satisfies RowsOf<HttpOptions>);

/** Every option of an app: one row per field of `EasemobModuleOptions`, with its check and its default. */
export const moduleOptions = object({
  appKey: validatedSeparately(option(text, { defaultText: 'required' })),
  orgName: validatedSeparately(option(text, { defaultText: 'from appKey' })),
  appName: validatedSeparately(option(text, { defaultText: 'from appKey' })),
  clientId: required(credential),
  clientSecret: required(credential),
  host: validatedSeparately(option(text, { default: 'https://a1.easemob.com' })),
  allowInsecure: option(flag, { default: false }),
  api: option(oneOf('legacy', 'current'), { default: 'legacy' }),
  validate: option(flag, { default: true }),
  limits: limitOptions,
  rateLimit: falseOrObject(rateLimitOptions),
  retry: falseOrObject(retryOptions),
  token: tokenOptions,
  http: httpOptions,
  upstreamAuth: option(oneOf('unauthorized', 'bad-gateway'), { default: 'unauthorized' }),
} satisfies RowsOf<EasemobModuleOptions>);

/** The options of a registration, besides those of the app. */
export const moduleExtras = object({
  isGlobal: option(flag, { default: false }),
  name: option(text),
} satisfies RowsOf<EasemobModuleExtras>);

/** Rate limit options with every default applied. */
export type ResolvedRateLimitOptions = ResolvedRows<typeof rateLimitOptions.rows>;

/** Retry options with every default applied, `onRetry` included. */
export type ResolvedRetryOptions = ResolvedRows<typeof retryOptions.rows>;

/** The limits of one route with every default applied. */
export type ResolvedRouteLimit = ResolvedRateLimitOptions['users'];

type Messages = RouteLimit['messages'];

function route(defaults: { readonly callsPerSecond: number; readonly messages: Messages }) {
  return object({
    callsPerSecond: option(above(0), { default: defaults.callsPerSecond }),
    messages: requireAll(
      { count: option(above(0)), windowMs: option(between(1)) } satisfies RowsOf<
        Partial<NonNullable<Messages>>
      >,
      defaults.messages,
    ),
  } satisfies RowsOf<RouteLimit>);
}
