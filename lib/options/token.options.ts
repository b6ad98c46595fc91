import type { ExpiresInUnit } from '../token/token-lifetime.js';
import type { TokenStore } from '../token/token-store.js';

/**
 * How the app token is requested and stored.
 *
 * @see https://doc.easemob.com/document/server-side/easemob_app_token.html
 */
export interface TokenOptions {
  /**
   * The lifetime to request, in seconds (in milliseconds with `expiresInUnit: 'ms'`): 0 to `Number.MAX_SAFE_INTEGER`.
   * 0 requests a token that never expires.
   *
   * @default the setting of the Easemob console: 60 days unless it was changed
   * @see https://doc.easemob.com/document/server-side/easemob_app_token.html
   */
  readonly ttl?: number | undefined;
  /**
   * Shares the token between processes.
   *
   * @default the memory of this process
   */
  readonly store?: TokenStore | undefined;
  /**
   * The unit of `ttl`, and of `expires_in` in the token response: `s` for seconds, `ms` for milliseconds. Only the VIP 5
   * cluster counts in milliseconds.
   *
   * @default 's'
   * @see https://doc.easemob.com/document/server-side/easemob_app_token.html
   */
  readonly expiresInUnit?: ExpiresInUnit | undefined;
}
