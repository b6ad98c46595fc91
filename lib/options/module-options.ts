import type { RateLimitOptions, RouteLimit } from '../rate-limit/rate-limit.options.js';
import type { RetryOptions } from '../retry/retry-policy.js';
import type { EasemobModuleExtras, EasemobModuleOptions } from '../easemob.options.js';
import type { HttpOptions } from '../http/http.options.js';
import { TARGET_TYPES } from '../messages/dto/message-fields.js';
import { MESSAGE_TYPES } from '../messages/dto/message-types.js';
import type { LimitOptions } from '../messages/message-limits.js';
import type { TokenOptions } from '../token/token.options.js';
import { above, atLeast, between } from './figures.js';
import { proxyUrl } from './host.js';
import {
  callable,
  type Check,
  credential,
  either,
  flag,
  members,
  methods,
  oneOf,
  type Rows,
  switchable,
  text,
  together,
} from './shapes.js';

/** Judged where it is taken apart: `app-key.ts`, `host.ts`. */
const elsewhere: Check = () => [];

const targets = members(forEach(TARGET_TYPES, atLeast(1)));
const bytes = either(atLeast(1), members(forEach(MESSAGE_TYPES, atLeast(1))));

const route = members<RouteLimit>({
  callsPerSecond: above(0),
  messages: together<Required<RouteLimit>['messages']>({ count: above(0), windowMs: between(1) }),
});

const options = members<EasemobModuleOptions & EasemobModuleExtras>({
  appKey: elsewhere,
  orgName: elsewhere,
  appName: elsewhere,
  clientId: credential,
  clientSecret: credential,
  host: elsewhere,
  allowInsecure: flag,
  api: oneOf('legacy', 'current'),
  validate: flag,
  limits: members<LimitOptions>({
    targets,
    requestBytes: bytes,
    messageBytes: bytes,
    uploadBytes: atLeast(1),
  }),
  rateLimit: switchable<RateLimitOptions>({
    users: route,
    chatgroups: route,
    chatrooms: route,
    files: route,
    maxWaitMs: atLeast(0),
    store: methods('bucket'),
  }),
  retry: switchable<RetryOptions>({
    attempts: between(1),
    minDelayMs: between(0),
    maxDelayMs: between(0),
    maxTotalMs: atLeast(0),
    unsafeSends: flag,
    onRetry: callable,
  }),
  token: members<TokenOptions>({
    // A wish sent to the service, and no timer.
    ttl: between(0, Number.MAX_SAFE_INTEGER),
    store: methods('get', 'set'),
    expiresInUnit: oneOf('s', 'ms'),
  }),
  http: members<HttpOptions>({
    timeoutMs: between(1),
    connections: between(1),
    proxyUrl,
    setup: callable,
  }),
  upstreamAuth: oneOf('unauthorized', 'bad-gateway'),
  isGlobal: flag,
  name: text,
});

/** The problems of everything that one app is told, but for what its app key and its host are. */
export function problemsOf(given: object): string[] {
  return [...options('', given)];
}

function forEach<Key extends string>(keys: readonly Key[], check: Check): Rows<Record<Key, unknown>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are exactly the given ones
  return Object.fromEntries(keys.map((key) => [key, check])) as Record<Key, Check>;
}
