import { isLoopback } from '../http/loopback.js';
import { type Check, rule } from './shapes.js';
import { kindOf, shown } from './shown.js';

const CURE = 'give the REST host of the console\'s overview page, for instance "a1.easemob.com".';

/** The origin of the service, `https://host[:port]`; a problem is added where the host is not one. */
export function hostOf(host: unknown, allowInsecure: boolean, problems: string[]): string {
  const text = typeof host === 'string' ? host.trim().replace(/([^/:])\/+$/, '$1') : '';
  const url = parsed(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (!url || text === '') {
    problems.push(`host must be a host name or an https:// URL, got ${shown(host)}; ${CURE}`);
    return '';
  }
  if (url.username || url.password || url.search || url.hash || url.pathname !== '/') {
    problems.push(`host must be a host alone, without path, query or credentials; ${CURE}`);
  } else if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    problems.push(`host must be https://, got ${shown(url.protocol)}; ${CURE}`);
  } else if (url.protocol === 'http:' && !allowInsecure && !isLoopback(url.hostname)) {
    problems.push(
      `host ${shown(url.origin)} would carry the token in clear; use https://, or set allowInsecure: true for a network you trust.`,
    );
  }
  return url.origin;
}

/** The URL of a proxy; never shown, for it may hold a password. */
export const proxyUrl: Check = rule(
  'be an http:// or https:// URL, "http://user:password@host:port"',
  (value) => typeof value === 'string' && /^https?:$/.test(parsed(value)?.protocol ?? ''),
  kindOf,
);

function parsed(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
