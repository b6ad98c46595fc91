import type { HttpOptions } from './http.options.js';
import type { EasemobErrorInterceptorOptions } from './interceptor.options.js';
import type { LimitOptions } from './limit.options.js';
import type { RateLimitOptions } from './rate-limit.options.js';
import type { RetryOptions } from './retry.options.js';
import type { TokenOptions } from './token.options.js';

/**
 * The API that messages are sent with: `legacy` is `POST /messages`, `current` is
 * `POST /messages/users|chatgroups|chatrooms`.
 *
 * @see https://docs-im.easemob.com/im/server/basics/messages for `legacy`
 * @see https://doc.easemob.com/document/server-side/message_single.html for `current`
 */
export type EasemobApi = 'legacy' | 'current';

/** The options of one Easemob app. */
export interface EasemobModuleOptions extends EasemobErrorInterceptorOptions {
  /**
   * The app key, `org#app`, as the Easemob console shows it. Required, unless `orgName` and `appName` are given.
   *
   * @see https://doc.easemob.com/document/server-side/overview.html
   */
  readonly appKey?: string | undefined;
  /**
   * The part of the app key before the `#`. Required, together with `appName`, when there is no `appKey`.
   *
   * @see https://doc.easemob.com/document/server-side/overview.html
   */
  readonly orgName?: string | undefined;
  /**
   * The part of the app key after the `#`. Required, together with `orgName`, when there is no `appKey`.
   *
   * @see https://doc.easemob.com/document/server-side/overview.html
   */
  readonly appName?: string | undefined;
  /**
   * The client ID of the app, as the Easemob console shows it.
   *
   * @see https://doc.easemob.com/document/server-side/easemob_app_token.html
   */
  readonly clientId: string;
  /**
   * The client secret of the app, as the Easemob console shows it. No error and no log line ever contains it.
   *
   * @see https://doc.easemob.com/document/server-side/easemob_app_token.html
   */
  readonly clientSecret: string;
  /**
   * The REST host of the app's data centre, as the overview page of the Easemob console shows it, with or without
   * `https://`. A port is allowed; a path, a query or credentials are not.
   *
   * @default 'https://a1.easemob.com'
   * @see https://doc.easemob.com/document/server-side/overview.html
   */
  readonly host?: string | undefined;
  /**
   * Allows `http://` to a host other than this machine. The token then crosses the network unencrypted.
   *
   * @default false
   */
  readonly allowInsecure?: boolean | undefined;
  /**
   * The API that messages are sent with.
   *
   * @default 'legacy'
   */
  readonly api?: EasemobApi | undefined;
  /**
   * Checks every message and its size before it is sent.
   *
   * @default true
   */
  readonly validate?: boolean | undefined;
  /** The sizes above which messages and files are refused before they are sent. */
  readonly limits?: LimitOptions | undefined;
  /** The rate limits that calls wait for; `false` sends every call at once. */
  readonly rateLimit?: false | RateLimitOptions | undefined;
  /** How failed calls are retried; `false` retries nothing except the one call after a 401. */
  readonly retry?: false | RetryOptions | undefined;
  /** How the app token is requested and stored. */
  readonly token?: TokenOptions | undefined;
  /** How requests are transported. */
  readonly http?: HttpOptions | undefined;
}

/** What a registration of the module takes besides the options of the app. */
export interface EasemobModuleExtras {
  /**
   * Makes the services injectable in every module of the application.
   *
   * @default false
   */
  readonly isGlobal?: boolean | undefined;
  /**
   * Tells several apps of one process apart: the services of `name: 'support'` are injected with
   * `@InjectMessageService('support')`. The app without a name is the default one.
   */
  readonly name?: string | undefined;
}
