/** How `EasemobErrorInterceptor` translates errors of Easemob for the clients of the application. */
export interface EasemobErrorInterceptorOptions {
  /**
   * The status of a call that failed because Easemob refused the application's own credentials: `unauthorized` is 401,
   * `bad-gateway` is 502. Choose `bad-gateway` when clients of the application log their user out on a 401.
   *
   * @default 'unauthorized'
   */
  readonly upstreamAuth?: 'unauthorized' | 'bad-gateway' | undefined;
}
