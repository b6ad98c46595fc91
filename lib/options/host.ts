import { isLoopback } from '../http/loopback.js';
import { formatValue } from '../checks/format-value.js';
import { type Parsed, refused } from './parsed.js';

const HINT = 'give the REST host of the console\'s overview page, for instance "a1.easemob.com".';

/** Reads the origin of the service, `https://host[:port]`, from a host name or a URL. */
export function parseHost(host: unknown, allowInsecure: boolean): Parsed<string> {
  const text = typeof host === 'string' ? host.trim().replace(/([^/:])\/+$/, '$1') : '';
  const url = parseUrl(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (!url || text === '') {
    return refused(`host must be a host name or an https:// URL, got ${formatValue(host)}; ${HINT}`);
  }
  if (url.username || url.password || url.search || url.hash || url.pathname !== '/') {
    return refused(`host must be a host alone, without path, query or credentials; ${HINT}`);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return refused(`host must be https://, got ${formatValue(url.protocol)}; ${HINT}`);
  }
  if (url.protocol === 'http:' && !allowInsecure && !isLoopback(url.hostname)) {
    return refused(
      `host ${formatValue(url.origin)} would send the token unencrypted; use https://, or set allowInsecure: true for a network you trust.`,
    );
  }
  return { value: url.origin };
}

function parseUrl(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
