import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readSource, type UploadSource } from './upload-source.js';

function* throwingAWord(): Generator<string> {
  yield 'x';
  // oxlint-disable-next-line typescript/only-throw-error -- what other people's code may do
  throw 'a word';
}

const ignore = (): void => undefined;

describe('readSource', () => {
  it.each<[string, UploadSource]>([
    ['a Buffer', Buffer.from('12345')],
    ['a Blob', new Blob(['123', '45'])],
    ['a stream of Buffers', Readable.from([Buffer.from('123'), Buffer.from('45')])],
    ['a stream of strings', Readable.from(['123', '45'])],
  ])('reads %s up to the limit and not beyond', async (_, source) => {
    expect((await readSource(source, {}, 5, ignore)).bytes.toString()).toBe('12345');
  });

  it.each<[string, UploadSource, string]>([
    ['a Buffer', Buffer.from('12345'), 'source has 5 bytes and 4 are allowed'],
    ['a Blob', new Blob(['12345']), 'source has 5 bytes and 4 are allowed'],
    ['a stream', Readable.from(['123', '45']), 'source has more than the 4 bytes allowed'],
  ])('refuses %s beyond the limit', async (_, source, said) => {
    await expect(readSource(source, {}, 4, ignore)).rejects.toMatchObject({
      kind: 'too-large',
      violations: [{ path: 'source', message: expect.stringContaining(said) as string }],
    });
  });

  it.each([
    ['nothing', Buffer.alloc(0), {}, 'file', 'application/octet-stream'],
    ['a File', new File([], 'a/b.png', { type: 'image/png' }), {}, 'b.png', 'image/png'],
    [
      'a File overruled',
      new File([], 'a.png', { type: 'image/png' }),
      { filename: 'c.gif', contentType: 'image/gif' },
      'c.gif',
      'image/gif',
    ],
    ['a name of slashes alone', Buffer.alloc(0), { filename: '///' }, 'file', 'application/octet-stream'],
    [
      'a stream whose path is no string',
      Object.assign(Readable.from([]), { path: 7 }),
      {},
      'file',
      'application/octet-stream',
    ],
  ])('names what is made of %s', async (_, source, options, filename, contentType) => {
    expect(await readSource(source, options, 10, ignore)).toMatchObject({ filename, contentType });
  });

  it.each<[unknown]>([[undefined], [null], [7], [{}], [new Uint8Array(1)]])(
    'refuses %s, which is no source',
    async (source) => {
      await expect(readSource(source as Buffer, {}, 10, ignore)).rejects.toMatchObject({
        kind: 'validation',
        violations: [{ path: 'source' }],
      });
    },
  );

  it('says by code why a stream failed, and not in its words', async () => {
    const broken = new Readable({
      read() {
        this.destroy(Object.assign(new Error('/home/alice/secret'), { code: 'EIO' }));
      },
    });
    const error: unknown = await readSource(broken, {}, 10, ignore).catch((reason: unknown) => reason);
    expect(String(error)).toContain('source is a stream that failed (EIO)');
    expect(String(error)).not.toContain('alice');
  });

  it('knows no reason where something else than an error is thrown', async () => {
    const broken = Readable.from(throwingAWord());
    await expect(readSource(broken, {}, 10, ignore)).rejects.toThrow(/failed \(/);
  });
});
