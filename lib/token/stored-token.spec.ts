import { describe, expect, it } from 'vitest';
import { isBearerToken, readStoredToken } from './stored-token.js';

const TOKEN = { value: 'YWMt-a_b.c+d/e=~', expiresAt: 1_700_000_000_000, refreshAt: null };

describe('readStoredToken', () => {
  it('returns the fields of a token, and nothing else that is stored with it', () => {
    expect(readStoredToken(TOKEN)).toEqual(TOKEN);
    expect(readStoredToken({ ...TOKEN, expiresAt: null, refreshAt: 5, more: 1 })).toEqual({
      ...TOKEN,
      expiresAt: null,
      refreshAt: 5,
    });
  });

  it.each([
    [undefined],
    [null],
    ['YWMt-1'],
    [7],
    [[TOKEN]],
    [{}],
    [{ ...TOKEN, value: undefined }],
    [{ ...TOKEN, value: '' }],
    [{ ...TOKEN, value: 7 }],
    [{ ...TOKEN, value: { toString: () => 'YWMt-1' } }],
    [{ ...TOKEN, expiresAt: undefined }],
    [{ ...TOKEN, expiresAt: Number.NaN }],
    [{ ...TOKEN, expiresAt: '2030-01-01' }],
    [{ ...TOKEN, expiresAt: new Date() }],
    [{ ...TOKEN, refreshAt: Infinity }],
  ])('reads %j as no token', (stored) => {
    expect(readStoredToken(stored)).toBeUndefined();
  });
});

describe('isBearerToken', () => {
  it.each(['YWMt-1', 'x'.repeat(2048), 'caf\u00e9'])('accepts what a header can carry: %.20s', (token) => {
    expect(isBearerToken(token)).toBe(true);
  });

  it.each([
    ['a line feed', 'YWMt\n1'],
    ['a carriage return', 'YWMt-1\r'],
    ['a null character', 'YWMt\0'],
    ['a tab', '\tYWMt'],
    ['a space, which ends the value', 'YWMt 1'],
    ['a delete character', 'YWMt\x7f'],
    ['what is not Latin-1', 'YWMt-令牌'],
    ['a lone surrogate', 'YWMt\ud800'],
    ['nothing', ''],
    ['more than any server reads', 'x'.repeat(2049)],
  ])('refuses %s', (_, token) => {
    expect(isBearerToken(token)).toBe(false);
  });
});
