import { Agent, EnvHttpProxyAgent, ProxyAgent, type Dispatcher } from 'undici';
import { EasemobConfigError } from '../errors/index.js';
import { isLoopback } from './loopback.js';

/** The settings of a connection pool. */
export interface DispatcherSettings {
  /** The base of every URL; the proxies of the environment are not used for this machine. */
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly connections: number;
  readonly proxyUrl?: string | undefined;
}

/** Creates the connection pool: direct, through the configured proxy, or as the environment's proxy variables say. */
export function createDispatcher(settings: DispatcherSettings, environment = process.env): Dispatcher {
  const { connections } = settings;
  // Shorter than the deadline of the exchange, so that a slow connect is reported as one: nothing was sent.
  const connect = { timeout: Math.max(1, Math.ceil(settings.timeoutMs * 0.9)) };
  if (settings.proxyUrl) {
    return new ProxyAgent({ uri: settings.proxyUrl, connections, connect, proxyTunnel: true });
  }
  const proxies = proxiesOf(environment);
  if (!proxies || isLoopback(new URL(settings.baseUrl).hostname)) return new Agent({ connections, connect });
  try {
    return new EnvHttpProxyAgent({ ...proxies, connections, connect });
  } catch {
    // The parser's own error quotes the URL with its credentials.
    throw new EasemobConfigError([
      'The environment variables HTTPS_PROXY and HTTP_PROXY must be URLs, "http://user:password@host:port".',
    ]);
  }
}

/** The proxies of the environment, in the order of precedence that curl has; undefined where there is none. */
function proxiesOf(
  environment: NodeJS.ProcessEnv,
): { readonly httpProxy: string; readonly httpsProxy: string } | undefined {
  const { http_proxy, HTTP_PROXY, https_proxy, HTTPS_PROXY } = environment;
  const httpProxy = withScheme(http_proxy ?? HTTP_PROXY ?? '');
  const httpsProxy = withScheme(https_proxy ?? HTTPS_PROXY ?? '');
  return httpProxy === '' && httpsProxy === '' ? undefined : { httpProxy, httpsProxy };
}

/** As in curl, `proxy.corp:3128` is an HTTP proxy. */
function withScheme(proxy: string): string {
  return proxy === '' || proxy.includes('://') ? proxy : `http://${proxy}`;
}
