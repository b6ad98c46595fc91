/** How upstream failures are shown to the callers of this application. */
export interface EasemobErrorInterceptorOptions {
  /**
   * What a refusal of this server's own Easemob credentials becomes: `unauthorized` a 401, `bad-gateway` a 502. Clients
   * that log their user out on a 401 want `bad-gateway`: the user did nothing wrong.
   * @default 'unauthorized'
   */
  readonly upstreamAuth?: 'unauthorized' | 'bad-gateway';
}

/** The token of the interceptor's options, provided by `EasemobModule` or by the application; it may be absent. */
export const EASEMOB_INTERCEPTOR_OPTIONS = Symbol.for('nestjs-easemob.interceptor-options');
