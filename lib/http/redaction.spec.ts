import { describe, expect, it } from 'vitest';
import { redact } from './redaction.js';

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
