import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decode, decoderOf } from './content-encoding.js';

const TEXT = Buffer.from('你好 '.repeat(1000));

describe('decode', () => {
  it.each<[string | undefined, Buffer]>([
    [undefined, TEXT],
    ['', TEXT],
    ['identity', TEXT],
    ['gzip', gzipSync(TEXT)],
    [' GZIP ', gzipSync(TEXT)],
    ['x-gzip', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
  ])('undoes %j, in one piece or many', async (encoding, bytes) => {
    expect((await decode([bytes], encoding)).equals(TEXT)).toBe(true);
    const pieces = [bytes.subarray(0, 3), bytes.subarray(3, 10), bytes.subarray(10)];
    expect((await decode(pieces, encoding)).equals(TEXT)).toBe(true);
  });

  it('leaves an empty body empty, whatever its encoding', async () => {
    expect(await decode([], 'gzip')).toHaveLength(0);
  });

  it.each([
    ['gzip', TEXT],
    ['gzip', gzipSync(TEXT).subarray(0, 20)],
    ['zstd', TEXT],
  ])('rejects what is not %s', async (encoding, bytes) => {
    await expect(decode([bytes], encoding)).rejects.toThrow();
  });
});

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
