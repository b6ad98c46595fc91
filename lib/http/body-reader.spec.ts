import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BodyReader } from './body-reader.js';

const TEXT = Buffer.from('你好 '.repeat(1000));

/** Feeds a body in these pieces. */
const read = (pieces: readonly Buffer[], encoding?: string, limit = 1_000_000): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new BodyReader(encoding, limit, { onText: resolve, onError: reject });
    for (const piece of pieces) reader.write(piece);
    reader.end();
  });

describe('BodyReader', () => {
  it.each<[string | undefined, Buffer]>([
    [undefined, TEXT],
    ['', TEXT],
    ['identity', TEXT],
    ['gzip', gzipSync(TEXT)],
    [' GZIP ', gzipSync(TEXT)],
    ['x-gzip', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
  ])('decodes %j, in one piece or many', async (encoding, bytes) => {
    const text = TEXT.toString();
    expect(await read([bytes], encoding)).toBe(text);
    expect(await read([bytes.subarray(0, 3), bytes.subarray(3, 10), bytes.subarray(10)], encoding)).toBe(
      text,
    );
  });

  it.each([undefined, 'gzip', 'zstd'])(
    'leaves an empty body empty with the encoding %s',
    async (encoding) => {
      expect(await read([], encoding)).toBe('');
    },
  );

  it.each([
    ['gzip', TEXT],
    ['gzip', gzipSync(TEXT).subarray(0, 20)],
    ['zstd', TEXT],
  ])('rejects a body that is not encoded as %s', async (encoding, bytes) => {
    await expect(read([bytes], encoding)).rejects.toThrow();
  });

  it.each<[string, string | undefined, Buffer]>([
    ['on the wire', undefined, Buffer.alloc(1001)],
    ['decoded', 'gzip', gzipSync(Buffer.alloc(50_000_000))],
    ['decoded', 'br', brotliCompressSync(Buffer.alloc(5_000_000))],
  ])('rejects a body that is too large %s', async (_, encoding, bytes) => {
    await expect(read([bytes], encoding, 1000)).rejects.toMatchObject({
      code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE',
      message: 'the response is larger than 1000 bytes ("http.maxResponseBytes")',
    });
  });

  it('keeps the bytes of a body alone, and not the buffers in which they arrived', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const texts: string[] = [];
    const reader = new BodyReader(undefined, 10_000, {
      onText: (text) => texts.push(text),
      onError: () => undefined,
    });
    const held = (): number => {
      collectGarbage();
      // Waits for the end of the first, which frees the buffers beside the program.
      collectGarbage();
      return process.memoryUsage().arrayBuffers;
    };
    const before = held();
    // A byte of the body in 64 KB of framing, 125 MB in all.
    for (let count = 0; count < 2000; count += 1) reader.write(Buffer.alloc(65_536, 'x').subarray(0, 1));
    expect(held() - before).toBeLessThan(60 * 1024 * 1024);
    reader.end();
    expect(texts).toEqual(['x'.repeat(2000)]);
  });

  it('takes a body of exactly the limit', async () => {
    expect(await read([Buffer.alloc(600), Buffer.alloc(400)], undefined, 1000)).toHaveLength(1000);
  });
});
