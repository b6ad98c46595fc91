import type { ClientSettings } from './client/easemob.client.js';
import { type FileSettings, MIN_UPLOAD_TIMEOUT_MS } from './files/file.service.js';
import type { HttpTransportSettings } from './http/http.transport.js';
import type { MessageSettings } from './messages/message.service.js';
import type { EasemobErrorInterceptorOptions } from './options/interceptor.options.js';
import type { RateLimitRoute } from './options/rate-limit.options.js';
import type { ResolvedOptions } from './options/resolve-options.js';
import {
  type ResolvedRateLimitOptions,
  type ResolvedRetryOptions,
  type ResolvedRouteLimit,
  retryOptions,
} from './options/schema.js';
import type { RateLimiterContext } from './rate-limit/rate-limiter.js';
import type { AppSummary } from './registration/startup-log.js';
import type { RetrierSettings } from './retry/retrier.js';
import { storeKey } from './token/store-key.js';
import type { TokenSettings } from './token/token-source.js';

/** The settings of every part of one app. */
export interface AppSettings {
  readonly summary: AppSummary;
  readonly transport: HttpTransportSettings;
  readonly retrier: RetrierSettings;
  readonly token: TokenSettings;
  readonly rateLimiter:
    | {
        readonly options: ResolvedRateLimitOptions;
        readonly context: Pick<Required<RateLimiterContext>, 'keyPrefix' | 'leaseTtlMs'>;
      }
    | undefined;
  readonly client: ClientSettings;
  readonly message: MessageSettings;
  readonly file: FileSettings;
  readonly interceptor: EasemobErrorInterceptorOptions;
}

/** Hands every option to the part that needs it. An option that is handed to none does not compile. */
export function settingsOf(options: ResolvedOptions): AppSettings {
  const { appKey, baseUrl, clientId, clientSecret, api, validate, upstreamAuth, ...groups } = options;
  const { limits, rateLimit, retry, token, http, ...unreadOptions } = groups;
  const { targets, requestBytes, messageBytes, uploadBytes, ...unreadLimits } = limits;
  const { ttl, store, expiresInUnit, ...unreadToken } = token;
  const { timeoutMs, connections, proxyUrl, maxResponseBytes, downloadIdleMs, ...otherHttp } = http;
  const { setup, userAgent, ...unreadHttp } = otherHttp;
  assertNoneUnread({ unreadOptions, unreadLimits, unreadToken, unreadHttp });
  return {
    summary: {
      appKey,
      origin: new URL(baseUrl).origin,
      api,
      hasRateLimits: rateLimit !== false,
      hasRetries: retry !== false,
    },
    transport: {
      baseUrl,
      timeoutMs,
      connections,
      proxyUrl,
      maxResponseBytes,
      downloadIdleMs,
      setup,
      userAgent,
    },
    retrier: { host: new URL(baseUrl).host, ...(retry !== false && retrySettings(retry)) },
    token: {
      url: `${baseUrl}/token`,
      storeKey: storeKey(new URL(baseUrl).host, appKey, clientId),
      clientId,
      clientSecret,
      timeoutMs,
      ttl,
      expiresInUnit,
      store,
      // Without retries the token fetch still backs off: Easemob bans accounts that ask too often.
      backoff: retry === false ? retryOptions.resolve({}, api) : retry,
    },
    rateLimiter:
      rateLimit === false
        ? undefined
        : {
            options: rateLimitSettings(rateLimit),
            context: {
              keyPrefix: storeKey(new URL(baseUrl).host, appKey),
              leaseTtlMs: leaseTimes(timeoutMs),
            },
          },
    client: { baseUrl, timeoutMs, clientSecret },
    message: { api, validate, limits: { targets, requestBytes, messageBytes } },
    file: { uploadBytes, sourceIdleMs: Math.max(timeoutMs, MIN_UPLOAD_TIMEOUT_MS) },
    interceptor: { upstreamAuth },
  };
}

function rateLimitSettings(options: ResolvedRateLimitOptions): ResolvedRateLimitOptions {
  const { users, chatgroups, chatrooms, files, maxWaitMs, store, ...unreadRateLimit } = options;
  assertNoneUnread({ unreadRateLimit });
  return {
    users: routeSettings(users),
    chatgroups: routeSettings(chatgroups),
    chatrooms: routeSettings(chatrooms),
    files: routeSettings(files),
    maxWaitMs,
    store,
  };
}

function routeSettings({ callsPerSecond, messages, ...unreadRoute }: ResolvedRouteLimit): ResolvedRouteLimit {
  if (messages === undefined) return { callsPerSecond, messages };
  const { count, windowMs, ...unreadMessages } = messages;
  assertNoneUnread({ unreadRoute, unreadMessages });
  return { callsPerSecond, messages: { count, windowMs } };
}

function retrySettings(options: ResolvedRetryOptions): Pick<RetrierSettings, 'policy' | 'onRetry'> {
  const { attempts, minDelayMs, maxDelayMs, maxTotalMs, unsafeSends, onRetry, ...unreadRetry } = options;
  assertNoneUnread({ unreadRetry });
  return { policy: { attempts, minDelayMs, maxDelayMs, maxTotalMs, unsafeSends }, onRetry };
}

/** How long a permit is kept that nobody releases: longer than the longest request of its route. */
function leaseTimes(timeoutMs: number): Readonly<Record<RateLimitRoute, number>> {
  const send = longestMs(timeoutMs);
  return {
    users: send,
    chatgroups: send,
    chatrooms: send,
    files: longestMs(Math.max(timeoutMs, MIN_UPLOAD_TIMEOUT_MS)),
  };
}

/** The wait for a connection may take as long as the response, and a busy process notices the end a little late. */
function longestMs(timeoutMs: number): number {
  return 2 * timeoutMs + 5_000;
}

/** Compiles only while the groups are empty: an option that is left in one of them is read by nothing. */
export function assertNoneUnread(_groups: Readonly<Record<string, Readonly<Record<string, never>>>>): void {
  // The type of the argument is the assertion.
}
