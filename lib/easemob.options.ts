import type { RateLimitOptions } from './rate-limit/rate-limit.options.js';
import type { RetryOptions } from './retry/retry-policy.js';
import type { EasemobErrorInterceptorOptions } from './errors/index.js';
import type { HttpOptions } from './http/http.options.js';
import type { EasemobApi, LimitOptions } from './messages/message-limits.js';
import type { TokenOptions } from './token/token.options.js';

/** The options of one Easemob app. */
export interface EasemobModuleOptions extends EasemobErrorInterceptorOptions {
  /** `org#app`, as the console shows it; or its two parts below. */
  readonly appKey?: string;
  readonly orgName?: string;
  readonly appName?: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /**
   * The REST host of your data centre, as the console's overview page shows it; with or without `https://`.
   * @default 'https://a1.easemob.com'
   */
  readonly host?: string;
  /**
   * Allows `http://` to a host that is not this machine. The token then travels in clear.
   * @default false
   */
  readonly allowInsecure?: boolean;
  /**
   * `legacy`: `POST /messages`, as the send-message document says; `current`: `POST /messages/users|chatgroups|chatrooms`.
   * @default 'legacy'
   */
  readonly api?: EasemobApi;
  /**
   * Checks every message, and its size, before it is sent.
   * @default true
   */
  readonly validate?: boolean;
  /** What is refused before it is sent. */
  readonly limits?: LimitOptions;
  /** How calls are paced so that the service never has to refuse them; `false` turns the pacing off. */
  readonly rateLimit?: false | RateLimitOptions;
  /** How calls that may safely be repeated are; `false` repeats nothing but the one call after a 401. */
  readonly retry?: false | RetryOptions;
  /** How the app token is asked for and kept. */
  readonly token?: TokenOptions;
  /** How requests are carried. */
  readonly http?: HttpOptions;
}

/** What a module registration takes besides the app's options. */
export interface EasemobModuleExtras {
  /**
   * Makes the services injectable everywhere, without importing the module again.
   * @default false
   */
  readonly isGlobal?: boolean;
  /** Tells several apps of one process apart: `@InjectMessageService('support')`. The app without a name is the default one. */
  readonly name?: string;
}
