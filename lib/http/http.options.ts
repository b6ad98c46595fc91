import type { HttpService } from '@nestjs/axios';

/** How requests are carried. */
export interface HttpOptions {
  /**
   * Milliseconds from the first byte sent to the last byte received of one try; the wait for a free
   * connection before it has as long again. An upload has at least 60 s.
   * @default 10000
   */
  readonly timeoutMs?: number;
  /**
   * The most connections kept open to the service.
   * @default 64
   */
  readonly connections?: number;
  /**
   * `http://user:password@host:port` of a proxy. Without it the usual `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`
   * variables are honoured, but never for a `host` on this machine.
   */
  readonly proxyUrl?: string;
  /**
   * Called once with the module's own `HttpService`, which is never the application's, to add interceptors. They see the
   * method and URL of a request and may add headers or throw; the token and the body that it carries are not shown. They
   * see its answer: that of `POST /token` holds the token.
   */
  setup?(http: HttpService): void;
}
