import { describe, expect, it } from 'vitest';
import { decoderOf } from './content-encoding.js';

describe('decoderOf', () => {
  it('returns none for plain bytes', () => {
    expect(decoderOf(undefined)).toBeUndefined();
  });

  it('names an encoding that it does not know, in short', async () => {
    const unknown = decoderOf('x'.repeat(99));
    unknown?.end('x');
    await expect(unknown?.toArray()).rejects.toThrow(`unknown content encoding "${'x'.repeat(40)}"`);
  });
});
