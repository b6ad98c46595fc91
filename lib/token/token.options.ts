import type { ExpiresInUnit } from './token-lifetime.js';
import type { TokenStore } from './token-store.js';

/** How the app token is asked for and kept. */
export interface TokenOptions {
  /**
   * The lifetime asked for, in seconds; 0 asks for a token that never expires.
   * @default what the Easemob console says, 60 days unless changed
   */
  readonly ttl?: number;
  /** Shares the token between processes; without one it is kept in memory. */
  readonly store?: TokenStore;
  /**
   * The unit of `expires_in` and `ttl` on your cluster: VIP 5 counts in milliseconds.
   * @default 's'
   */
  readonly expiresInUnit?: ExpiresInUnit;
}
