import { isLoopback } from '../http/loopback.js';
import { formatValue } from '../checks/format-value.js';
import { type Parsed, refused } from './parsed.js';

const HINT = 'give the REST host of the console\'s overview page, for instance "a1.easemob.com".';

/** A scheme without its `://`, which would be read as a host and a path. */
const MISTYPED_SCHEME = /^https?(?!:\/\/)[:/]/i;

/** A DNS name, which has at most 253 characters, or an IPv6 address. Internationalised names are in ASCII by now. */
const HOST_NAME = /^(?:\[[\da-f:.]+\]|[a-z\d_](?:[\w.-]{0,251}[\w.])?)$/i;

/** Reads the origin of the service, `https://host[:port]`, from a host name or a URL. */
export function parseHost(host: unknown, allowInsecure: boolean): Parsed<string> {
  const text = typeof host === 'string' ? host.trim().replace(/([^/:])\/+$/, '$1') : '';
  const url = parseUrl(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (!url || text === '' || MISTYPED_SCHEME.test(text)) {
    return refused(`host must be a host name or an https:// URL, got ${formatValue(host)}; ${HINT}`);
  }
  // First: the URL parser puts the host of an unknown scheme elsewhere.
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return refused(`host must be https://, got ${formatValue(url.protocol)}; ${HINT}`);
  }
  if (url.username || url.password || url.search || url.hash || url.pathname !== '/') {
    return refused(`host must be a host alone, without path, query or credentials; ${HINT}`);
  }
  if (!HOST_NAME.test(url.hostname)) {
    return refused(`host must be a host name or an https:// URL, got ${formatValue(host)}; ${HINT}`);
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
