import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from './secret.js';

describe('Secret', () => {
  const secret = new Secret('s3cret-value');

  it('is revealed on request', () => {
    expect(secret.reveal()).toBe('s3cret-value');
  });

  it.each<[string, () => string]>([
    ['String()', () => String(secret)],
    ['concatenation', () => 'a ' + secret.toString()],
    ['JSON.stringify', () => JSON.stringify({ secret })],
    ['inspect', () => inspect({ secret }, { depth: 9, showHidden: true, getters: true })],
    ['its members', () => JSON.stringify(Object.getOwnPropertyDescriptors(secret))],
  ])('shows nothing in %s', (_, print) => {
    expect(print()).not.toContain('s3cret');
  });
});
