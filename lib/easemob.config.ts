import { EasemobConfigError } from './errors/index.js';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './retry/retry-policy.js';
import type { EasemobModuleOptions } from './easemob.options.js';
import { Secret } from './http/secret.js';
import { type EasemobApi, type MessageLimits, messageLimits } from './messages/message-limits.js';
import { appKeyOf } from './options/app-key.js';
import { hostOf } from './options/host.js';
import { problemsOf } from './options/module-options.js';
import { isJsonObject } from './http/json.js';
import { shownUnlessText } from './options/shown.js';

/** The options with every default decided and every secret wrapped: what the rest of the module is given. */
export interface EasemobConfig {
  /** `org#app` */
  readonly appKey: string;
  /** `https://host/org/app` */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly api: EasemobApi;
  readonly validate: boolean;
  readonly limits: MessageLimits & { readonly uploadBytes: number };
  readonly rateLimit: Exclude<EasemobModuleOptions['rateLimit'], false | undefined> | undefined;
  readonly retry:
    (RetryPolicy & Pick<Exclude<EasemobModuleOptions['retry'], false | undefined>, 'onRetry'>) | undefined;
  readonly token: NonNullable<EasemobModuleOptions['token']>;
  readonly http: NonNullable<EasemobModuleOptions['http']> & {
    readonly timeoutMs: number;
    readonly connections: number;
  };
  readonly upstreamAuth: NonNullable<EasemobModuleOptions['upstreamAuth']>;
}

const DEFAULT_HOST = 'https://a1.easemob.com';
const DEFAULT_UPLOAD_BYTES = 10 * 1024 * 1024;
const DEFAULT_HTTP = { timeoutMs: 10_000, connections: 64 };

/**
 * Decides the options of one app.
 *
 * @throws EasemobConfigError with every problem and its cure, so that one start tells all
 */
export function resolveOptions(options: EasemobModuleOptions): EasemobConfig {
  if (!isJsonObject(options)) {
    throw new EasemobConfigError([
      `The options must be an object, got ${shownUnlessText(options)}; return them from useFactory.`,
    ]);
  }
  const problems = problemsOf(options);
  const appKey = appKeyOf(options, problems);
  const { host = DEFAULT_HOST } = options;
  const origin = hostOf(host, options.allowInsecure === true, problems);
  if (problems.length > 0) throw new EasemobConfigError(problems);

  const api = options.api ?? 'legacy';
  return {
    appKey,
    baseUrl: `${origin}/${appKey.split('#').map(encodeURIComponent).join('/')}`,
    clientId: options.clientId,
    clientSecret: new Secret(options.clientSecret),
    api,
    validate: options.validate ?? true,
    limits: {
      ...messageLimits(api, options.limits ?? {}),
      uploadBytes: options.limits?.uploadBytes ?? DEFAULT_UPLOAD_BYTES,
    },
    rateLimit: options.rateLimit === false ? undefined : (options.rateLimit ?? {}),
    retry:
      options.retry === false ? undefined : { ...DEFAULT_RETRY_POLICY, ...definedOf(options.retry ?? {}) },
    token: options.token ?? {},
    http: { ...DEFAULT_HTTP, ...definedOf(options.http ?? {}) },
    upstreamAuth: options.upstreamAuth ?? 'unauthorized',
  };
}

/** Options read from an environment are often present and undefined, which must not hide a default. */
function definedOf<T extends object>(options: T): T {
  // Only members that are undefined, which the type allows to be absent, are left out.
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
