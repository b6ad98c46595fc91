import { describe, expect, it } from 'vitest';
import { parseHost } from './host.js';
import { problemsIn } from './parsed.js';

const problemOf = (host: unknown): string => problemsIn(parseHost(host, false)).join('\n');

describe('a host', () => {
  it.each([
    ['htps://a1.easemob.com', 'htps:'],
    ['htps://a1.easemob.com/', 'htps:'],
    ['htps://a1.easemob.com/acme/shop', 'htps:'],
    ['ws://a1.easemob.com', 'ws:'],
    ['file:///etc', 'file:'],
  ])('of another scheme is told so: %s', (host, scheme) => {
    expect(problemOf(host)).toContain(`host must be https://, got "${scheme}"`);
  });

  it.each([
    'https:/a1.easemob.com',
    'https//a1.easemob.com',
    'https:a1.easemob.com',
    'HTTP/a1.easemob.com',
    '"a1.easemob.com"',
    '*.easemob.com',
    '.',
    '..',
    '-a1.easemob.com',
    'https://[::1',
    'a1 .easemob.com',
    'a'.repeat(254),
  ])('that is none is quoted: %s', (host) => {
    const quoted = JSON.stringify(host.length > 60 ? `${host.slice(0, 60)}…` : host);
    expect(problemOf(host)).toContain(`host must be a host name or an https:// URL, got ${quoted};`);
  });

  it('of a megabyte is refused in a short text', () => {
    expect(problemOf('a'.repeat(1024 * 1024)).length).toBeLessThan(300);
  });

  it.each([
    ['a1.easemob.com', 'https://a1.easemob.com'],
    ['A1.Easemob.com.', 'https://a1.easemob.com.'],
    ['https.example', 'https://https.example'],
    ['my_host:8443', 'https://my_host:8443'],
    ['10.0.0.8', 'https://10.0.0.8'],
    ['https://[2001:db8::1]:8443/', 'https://[2001:db8::1]:8443'],
    ['环信.example', 'https://xn--vuqt68f.example'],
  ])('is taken: %s', (host, origin) => {
    expect(parseHost(host, false)).toEqual({ value: origin });
  });
});
