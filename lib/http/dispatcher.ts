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
  if (!proxyIsNamedIn(environment) || isLoopback(new URL(settings.baseUrl).hostname))
    return new Agent({ connections, connect });
  try {
    return new EnvHttpProxyAgent({ connections, connect });
  } catch {
    // The parser's own error quotes the URL with its credentials.
    throw new EasemobConfigError([
      'The environment variables HTTPS_PROXY and HTTP_PROXY must be URLs, "http://user:password@host:port".',
    ]);
  }
}

function proxyIsNamedIn(environment: NodeJS.ProcessEnv): boolean {
  return ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some((name) => environment[name]);
}
