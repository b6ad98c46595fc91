import type { HttpService } from '@nestjs/axios';

/** How requests are transported. */
export interface HttpOptions {
  /**
   * The time of one attempt, from the first byte sent to the last byte received, in milliseconds: 1 to 2147483647. The
   * wait for a connection has the same time again before it. An upload has at least 60,000, and as long may its source
   * provide nothing before that.
   *
   * @default 10_000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * The largest number of connections to the service, at least 1; downloads have as many of their own. Idle connections
   * are kept open.
   *
   * @default 64
   */
  readonly connections?: number | undefined;
  /**
   * The URL of a proxy, `http://user:password@host:port`.
   *
   * @default the environment variables `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`; none for a `host` on this machine
   */
  readonly proxyUrl?: string | undefined;
  /**
   * The most bytes of a response that is no download, on the wire and decoded: at least 1024. A larger one fails the call;
   * whether Easemob accepted it is then not known.
   *
   * @default 1_048_576
   */
  readonly maxResponseBytes?: number | undefined;
  /**
   * How long a download may stand still, in milliseconds: 1 to 2147483647. It stands still while nobody reads the stream
   * or the server sends nothing; then it fails, so that its connection is free again.
   *
   * @default 60_000
   */
  readonly downloadIdleMs?: number | undefined;
  /**
   * Called once, while the application starts, with the private `HttpService` of the module, to add interceptors. The
   * start waits for a promise that it returns, and ends with an `EasemobConfigError` when it throws or rejects.
   * Request interceptors see the method and the URL of a request, and may add headers or throw; they see neither the
   * token nor the body. Response interceptors see the response, and the response to `POST /token` contains the token.
   * What they return replaces nothing, and an error of theirs leaves open whether Easemob accepted the call. Together
   * they may take as long as `timeoutMs`, before and after the request.
   */
  readonly setup?: ((http: HttpService) => void | Promise<void>) | undefined;
  /**
   * The `User-Agent` header of every request: 1 to 256 printable Latin-1 characters. Easemob's support identifies
   * callers by it.
   *
   * @default 'nestjs-easemob/<version> node/<version>'
   */
  readonly userAgent?: string | undefined;
}
