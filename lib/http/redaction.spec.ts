import { describe, expect, it } from 'vitest';
import { redact } from './redaction.js';

const html = (text: string): string =>
  text.replace(/[&<"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '"': '&quot;' })[char] ?? '');

const escapedInHex = (text: string): string =>
  Array.from(Buffer.from(text), (byte) =>
    /\w/.test(String.fromCharCode(byte))
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('');

describe('redact', () => {
  it.each([
    ['a bearer value', 'Authorization: Bearer abc.def-123', /abc/],
    ['basic credentials', 'proxy said Basic dXNlcjpwYXNz', /dXNl/],
    ['an Easemob token without a name', 'token YWMtAbC_-+/=~ refused', /AbC/],
    ['a token in JSON', '{"access_token":"ab\\"cd","expires_in":1}', /cd/],
    ['a token in a query', 'GET /x?access_token=abcd&y=1', /abcd/],
    ['a secret in JSON', '{"client_secret" : "abcd"}', /abcd/],
    ['a secret in single quotes', "{'secret': 'abcd'}", /abcd/],
    ['a share-secret header', 'share-secret: abcd', /abcd/],
    ['a password', 'password=abcd;', /abcd/],
    ['the credentials of a URL', 'via http://user:abcd@proxy:3128', /abcd|user/],
  ])('removes %s', (_, text, secret) => {
    const clean = redact(text);
    expect(clean).not.toMatch(secret);
    expect(clean).toContain('[redacted]');
  });

  it('removes a secret that is known by value, also as JSON and a URL write it', () => {
    const secret = 'a"b\\c d/e&f';
    const text = [secret, JSON.stringify(secret), encodeURIComponent(secret).replaceAll('%20', '+')].join(
      ' ',
    );
    expect(redact(text, [secret])).toBe('[redacted] "[redacted]" [redacted]');
  });

  const SECRET = 'VfEp/Sm+"ö\\&7yU8_=< é';
  it.each<[string, string]>([
    ['as it is', SECRET],
    ['as JSON', JSON.stringify(SECRET)],
    ['as JSON with escaped slashes', JSON.stringify(SECRET).replaceAll('/', String.raw`\/`)],
    ['as JSON within JSON', JSON.stringify(JSON.stringify(SECRET))],
    ['as JSON within JSON within JSON', JSON.stringify(JSON.stringify(JSON.stringify(SECRET)))],
    [
      'as JSON in ASCII',
      Array.from(SECRET, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    ],
    ['as a log or a script escapes it', escapedInHex(SECRET)],
    ['as percent-encoded JSON', encodeURIComponent(JSON.stringify(SECRET))],
    ['as HTML', html(SECRET)],
    ['as HTML that names every sign', html(SECRET).replaceAll('/', '&sol;').replaceAll('=', '&equals;')],
    ['as HTML in numbers', Array.from(SECRET, (char) => `&#${char.charCodeAt(0)};`).join('')],
    [
      'as HTML in hexadecimal numbers',
      Array.from(SECRET, (char) => `&#X${char.charCodeAt(0).toString(16).toUpperCase()};`).join(''),
    ],
    ['as HTML of JSON', html(JSON.stringify(SECRET))],
    ['in a URL', encodeURIComponent(SECRET)],
    ['in a URL in lower case', encodeURIComponent(SECRET).replaceAll(/%../g, (code) => code.toLowerCase())],
    ['in a URL twice', encodeURIComponent(encodeURIComponent(SECRET))],
    ['in a form', new URLSearchParams({ s: SECRET }).toString()],
  ])('removes a secret that is known by value %s', (_, text) => {
    const clean = redact(`before ${text} after`, [SECRET]);
    expect(clean).toMatch(/^before (?:\W|quot|%22){0,9}(?:s=)?\[redacted\](?:\W|quot|%22){0,9} after$/);
  });

  it.each([200, 5_000, 50_000])('removes a secret of %i characters in little time', (length) => {
    const secret = 'aB3/'.repeat(length / 4);
    const startedAt = performance.now();
    const clean = redact(`before ${JSON.stringify(secret)} after`, [secret]);
    expect(clean).not.toContain('aB3/aB3/');
    expect(clean).toMatch(/^before "\[redacted\]/);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('cuts a text of more than 64 KiB, and shows no part of a secret that the cut divides', () => {
    const secret = 'abcdefgh'.repeat(10);
    const clean = redact(`${'x'.repeat(64 * 1024 - 20)}${secret}`, [secret]);
    expect(clean.length).toBeLessThanOrEqual(64 * 1024);
    expect(clean).not.toContain('abcd');
  });

  it('removes every secret wherever it stands', () => {
    expect(redact('one-secret two-secret one-secret', ['one-secret', 'two-secret'])).toBe(
      '[redacted] [redacted] [redacted]',
    );
  });

  it.each([
    'Unable to authenticate due to corrupt access token',
    'client_secret does not match',
    'share-secret is missing or does not match',
    'POST /messages?useMsgId=true',
    "param from can't be empty",
    'a@b.c is no user',
  ])('leaves as it is: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it.each([['short'], [''], ['\uD800']])('is not misled by the secret %j', (secret) => {
    expect(redact('a short text', [secret])).toBe('a short text');
  });

  it('writes lone surrogates without throwing', () => {
    expect(redact('text', ['secret\uD800'])).toBe('text');
  });
});
