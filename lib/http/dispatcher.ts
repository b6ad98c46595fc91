import { Agent, EnvHttpProxyAgent, ProxyAgent, type Dispatcher } from 'undici';

export interface DispatcherSettings {
  readonly timeoutMs: number;
  readonly connections: number;
  readonly proxyUrl?: string | undefined;
}

/** The connection pool: direct, through the configured proxy, or as the environment's proxy variables say. */
export function createDispatcher(settings: DispatcherSettings, environment = process.env): Dispatcher {
  const { connections } = settings;
  // Below the deadline of the exchange, so that a slow connect is known as one: nothing was sent.
  const connect = { timeout: Math.max(1, Math.ceil(settings.timeoutMs * 0.9)) };
  if (settings.proxyUrl) {
    return new ProxyAgent({ uri: settings.proxyUrl, connections, connect, proxyTunnel: true });
  }
  return proxyIsNamedIn(environment)
    ? new EnvHttpProxyAgent({ connections, connect })
    : new Agent({ connections, connect });
}

function proxyIsNamedIn(environment: NodeJS.ProcessEnv): boolean {
  return ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some((name) => environment[name]);
}
