import type { EasemobModuleOptions } from './easemob.options.js';
import { isLoopback } from './http/loopback.js';
import { TARGET_TYPES } from './messages/dto/message-fields.js';
import { MESSAGE_TYPES } from './messages/dto/message-types.js';

/** The app key as `org#app`; a problem is added where there is none to be had. */
export function appKeyOf(options: EasemobModuleOptions, problems: string[]): string {
  const { appKey, orgName, appName } = options;
  if (appKey === undefined && orgName === undefined && appName === undefined) {
    problems.push(
      'appKey is missing; give the "org#app" that the Easemob console shows, or orgName and appName.',
    );
    return '';
  }
  const parts = appKey === undefined ? [orgName, appName] : partsOf(appKey);
  if (parts.length !== 2 || !parts.every(isName)) {
    problems.push(
      appKey === undefined
        ? `orgName and appName must both be given and hold no "#", "/" or space, got ${shown(orgName)} and ${shown(appName)}.`
        : `appKey must look like "org#app", got ${shown(appKey)}; copy it from the Easemob console.`,
    );
    return '';
  }
  const [org, app] = parts;
  if ((orgName !== undefined && orgName !== org) || (appName !== undefined && appName !== app)) {
    problems.push(`appKey ${shown(appKey)} and orgName/appName name different apps; give only one of them.`);
  }
  return `${org}#${app}`;
}

/** The origin of the service, `https://host[:port]`; a problem is added where the host is not one. */
export function hostOf(host: unknown, allowInsecure: boolean, problems: string[]): string {
  const cure = 'give the REST host of the console\'s overview page, for instance "a1.easemob.com".';
  const text = typeof host === 'string' ? host.trim().replace(/([^/:])\/+$/, '$1') : '';
  const url = parsed(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (!url || text === '') {
    problems.push(`host must be a host name or an https:// URL, got ${shown(host)}; ${cure}`);
    return '';
  }
  if (url.username || url.password || url.search || url.hash || url.pathname !== '/') {
    problems.push(`host must be a host alone, without path, query or credentials; ${cure}`);
  } else if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    problems.push(`host must be https://, got ${shown(url.protocol)}; ${cure}`);
  } else if (url.protocol === 'http:' && !allowInsecure && !isLoopback(url.hostname)) {
    problems.push(
      `host ${shown(url.origin)} would carry the token in clear; use https://, or set allowInsecure: true for a network you trust.`,
    );
  }
  return url.origin;
}

function parsed(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

function partsOf(appKey: unknown): unknown[] {
  return typeof appKey === 'string' ? appKey.split('#') : [];
}

function isName(part: unknown): part is string {
  return typeof part === 'string' && /^[^\s#/]+$/.test(part);
}

/** The problems of options that are no numbers. */
export function typesOf(options: EasemobModuleOptions): string[] {
  const problems: string[] = [];
  for (const name of ['clientId', 'clientSecret'] as const) {
    const value: unknown = options[name];
    // The value is never shown: it may be a secret in the wrong place.
    if (typeof value !== 'string' || value.trim() === '') {
      const got = value === '' ? 'an empty string' : value === undefined ? 'nothing' : kindOf(value);
      problems.push(`${name} must be a non-empty string, got ${got}; copy it from the Easemob console.`);
    }
  }
  oneOf(problems, 'api', options.api, ['legacy', 'current']);
  oneOf(problems, 'upstreamAuth', options.upstreamAuth, ['unauthorized', 'bad-gateway']);
  oneOf(problems, 'token.expiresInUnit', options.token?.expiresInUnit, ['s', 'ms']);
  oneOf(problems, 'validate', options.validate, [true, false]);
  oneOf(problems, 'allowInsecure', options.allowInsecure, [true, false]);
  const proxy: unknown = options.http?.proxyUrl;
  if (
    proxy !== undefined &&
    !(typeof proxy === 'string' && /^https?:$/.test(parsed(proxy)?.protocol ?? ''))
  ) {
    problems.push('http.proxyUrl must be an http:// or https:// URL, "http://user:password@host:port".');
  }
  return problems;
}

function oneOf(problems: string[], name: string, value: unknown, allowed: readonly unknown[]): void {
  if (value === undefined || allowed.includes(value)) return;
  problems.push(`${name} must be ${allowed.map((each) => shown(each)).join(' or ')}, got ${shown(value)}.`);
}

const LIMIT_KEYS = [
  ['targets', TARGET_TYPES],
  ['requestBytes', MESSAGE_TYPES],
  ['messageBytes', MESSAGE_TYPES],
] as const;

/** A longer timer would fire at once; no count here is anywhere near it. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The problems of every figure: what it is called, the least it may be, and whether `Infinity` may lift it. */
export function numbersOf(options: EasemobModuleOptions): string[] {
  const problems: string[] = [];
  const check = (name: string, value: unknown, least: number, unlimited = false): void => {
    if (value === undefined) return;
    const most = unlimited ? Number.POSITIVE_INFINITY : LONGEST_TIMER_MS;
    const isNumber = typeof value === 'number' && value >= least && value <= most;
    if (!isNumber) {
      problems.push(
        `${name} must be a number of at least ${least}${unlimited ? ' or Infinity' : ''}, got ${shown(value)}.`,
      );
    }
  };
  const { limits, rateLimit, retry, token, http } = options;
  for (const [group, keys] of LIMIT_KEYS) {
    const given: unknown = limits?.[group];
    if (typeof given !== 'object' || given === null) {
      if (group === 'targets' && given !== undefined) {
        problems.push(`limits.targets must be an object with ${keys.join(', ')}, got ${shown(given)}.`);
      } else check(`limits.${group}`, given, 1, true);
      continue;
    }
    for (const [key, value] of Object.entries(given)) {
      if (keys.some((known) => known === key)) check(`limits.${group}.${key}`, value, 1, true);
      else problems.push(`limits.${group} knows ${keys.join(', ')}, got ${shown(key)}.`);
    }
  }
  check('limits.uploadBytes', limits?.uploadBytes, 1, true);
  if (rateLimit) {
    check('rateLimit.maxWaitMs', rateLimit.maxWaitMs, 0, true);
    for (const route of ['users', 'chatgroups', 'chatrooms', 'files'] as const) {
      check(`rateLimit.${route}.callsPerSecond`, rateLimit[route]?.callsPerSecond, 1, true);
      check(`rateLimit.${route}.messages.count`, rateLimit[route]?.messages?.count, 1, true);
      check(`rateLimit.${route}.messages.windowMs`, rateLimit[route]?.messages?.windowMs, 1);
    }
  }
  if (retry) {
    check('retry.attempts', retry.attempts, 1);
    for (const name of ['minDelayMs', 'maxDelayMs'] as const) check(`retry.${name}`, retry[name], 0);
    check('retry.maxTotalMs', retry.maxTotalMs, 0, true);
  }
  check('token.ttl', token?.ttl, 0);
  check('http.timeoutMs', http?.timeoutMs, 1);
  check('http.connections', http?.connections, 1);
  return problems;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === undefined || value === null)
    return String(value);
  return kindOf(value);
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'an array' : `a value of type ${value === null ? 'null' : typeof value}`;
}
