import { appendFileSync, createReadStream, openAsBlob, truncateSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import type { UploadSource } from 'nestjs-easemob';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';

const MIB = 1024 * 1024;

let app: EasemobTest;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'easemob-sources-'));
});
afterAll(() => rm(directory, { recursive: true }));
beforeEach(async () => {
  app = await startEasemob();
});
afterEach(() => app.stop());

const refusal = (text: string) => ({
  name: 'EasemobValidationError',
  kind: 'validation',
  sent: 'no',
  attempts: 0,
  violations: [{ path: 'source', message: expect.stringContaining(text) as string }],
});

/** A stream whose bytes have all been read. */
async function consumed(): Promise<Readable> {
  const stream = Readable.from([Buffer.from('all of it')]);
  await buffer(stream);
  return stream;
}

/** A stream whose only chunk was read, and whose end nobody has seen. */
async function emptied(): Promise<Readable> {
  const stream = new PassThrough();
  stream.end('all of it');
  await vi.waitFor(() => expect(stream.read()).not.toBeNull());
  return stream;
}

/** A stream that flows to somebody else. */
async function flowing(): Promise<Readable> {
  const stream = Readable.from(['first', 'second', 'third']);
  await new Promise((resolve) => stream.once('data', resolve));
  return stream;
}

async function destroyed(): Promise<Readable> {
  const stream = Readable.from(['x']).destroy();
  await finished(stream).catch(() => undefined);
  return stream;
}

async function failed(): Promise<Readable> {
  const stream = Readable.from(['x']).destroy(new Error('gone'));
  await finished(stream).catch(() => undefined);
  return stream;
}

describe('refused before the network is', () => {
  afterEach(() => expect(app.emulator.requests).toEqual([]));

  it.each<[string, () => Promise<Readable>]>([
    ['was consumed', consumed],
    ['was emptied', emptied],
    ['flows to somebody else', flowing],
    ['was destroyed', destroyed],
    ['failed', failed],
  ])('a stream that %s', async (_, streamOf) => {
    await expect(app.files.upload(await streamOf())).rejects.toMatchObject(
      refusal('source is a stream that was read, ended or destroyed before the upload; give a new one.'),
    );
  });

  it.each<[received: string, chunk: unknown]>([
    ['an object', { length: 1 }],
    ['an array', [1, 2]],
    ['a number', 5],
    ['a Uint16Array', Uint16Array.of(1)],
    ['a Date', new Date()],
  ])('a stream that yields %s', async (received, chunk) => {
    await expect(app.files.upload(Readable.from([chunk]))).rejects.toMatchObject(
      refusal(`source is a stream that yields ${received}; give a stream of bytes.`),
    );
  });

  it.each<[string, () => UploadSource]>([
    ['a File whose name has a control character', () => new File(['x'], 'a\u0000.png')],
    ['a File whose name is a megabyte', () => new File(['x'], 'a'.repeat(MIB))],
    [
      'a stream whose path has a line end',
      () => Object.assign(Readable.from(['x']), { path: '/tmp/a\r\nb' }),
    ],
    ['a path of a megabyte', () => 'a'.repeat(MIB)],
  ])('%s', async (_, source) => {
    const error: unknown = await app.files.upload(source()).catch((reason: unknown) => reason);
    expect(error).toMatchObject(refusal('source is named '));
    expect(String(error)).toContain('which cannot be sent; set the option filename.');
    expect(String(error).length).toBeLessThan(300);
  });

  it('a Blob whose type is a megabyte', async () => {
    const error: unknown = await app.files
      .upload(new Blob(['x'], { type: `a/${'b'.repeat(MIB)}` }))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject(refusal('which cannot be sent; set the option contentType.'));
    expect(String(error).length).toBeLessThan(300);
  });

  it('a Blob that throws when it is read', async () => {
    const blob = new Blob(['x']);
    blob.arrayBuffer = () => {
      throw new RangeError('/home/alice');
    };
    await expect(app.files.upload(blob)).rejects.toMatchObject(
      refusal('source is a Blob that cannot be read (RangeError).'),
    );
  });

  it('a path with a zero byte', async () => {
    await expect(app.files.upload('a\u0000b', { filename: 'a' })).rejects.toMatchObject(
      refusal('cannot be read (ERR_INVALID_ARG_VALUE)'),
    );
  });

  it.each<[string, (path: string, size: number) => void]>([
    ['grows', (path) => appendFileSync(path, 'x')],
    ['shrinks', (path, size) => truncateSync(path, size - 1)],
  ])('a file that %s while it is read', async (name, change) => {
    const path = join(directory, name);
    let size = 4 * MIB;
    await writeFile(path, Buffer.alloc(size));
    let isOver = false;
    const uploading = app.files
      .upload(path)
      .catch((error: unknown) => error)
      .finally(() => {
        isOver = true;
      });
    const changeAgain = (): void => {
      if (isOver) return;
      change(path, size);
      size -= 1;
      setImmediate(changeAgain);
    };
    changeAgain();
    expect(await uploading).toMatchObject(
      refusal(`source "${name}" changed while it was read; upload it when it is complete.`),
    );
  });

  it('a Blob of a file that has changed', async () => {
    const path = join(directory, 'blob');
    await writeFile(path, 'before');
    const blob = await openAsBlob(path);
    await writeFile(path, 'after it');
    await expect(app.files.upload(blob)).rejects.toMatchObject(
      refusal('source is a Blob that cannot be read (NotReadableError).'),
    );
  });
});

const uploaded = (): string | undefined => app.emulator.files[0]?.bytes.toString();

describe('uploaded as it is', () => {
  it('a stream whose first bytes were looked at and put back', async () => {
    const stream = Readable.from([Buffer.from('GIF89a'), Buffer.from('...')], { objectMode: false });
    await new Promise((resolve) => stream.once('readable', resolve));
    const head = stream.read() as Buffer;
    stream.unshift(head);
    await app.files.upload(stream);
    expect(uploaded()).toBe('GIF89a...');
  });

  it('a stream that somebody listens to from its start', async () => {
    const heard: string[] = [];
    const stream = Readable.from(['a', 'b']).on('data', (chunk) => heard.push(String(chunk)));
    await app.files.upload(stream);
    expect([uploaded(), heard.join('')]).toEqual(['ab', 'ab']);
  });

  it('a stream of text in another encoding', async () => {
    const path = join(directory, 'binary');
    await writeFile(path, Buffer.from([0xff, 0x00, 0x80]));
    await app.files.upload(createReadStream(path, { encoding: 'latin1' }));
    expect(app.emulator.files[0]?.bytes).toEqual(Buffer.from([0xff, 0x00, 0x80]));
  });

  it('an empty file', async () => {
    const path = join(directory, 'empty');
    await writeFile(path, '');
    await app.files.upload(path);
    expect(uploaded()).toBe('');
  });

  it('a File with an unprintable name, under the name of the option', async () => {
    const file = new File(['x'], 'a\u0000b');
    expect(await app.files.upload(file, { filename: 'c' })).toMatchObject({ filename: 'c' });
  });
});

describe('a source that stalls', () => {
  afterEach(() => vi.useRealTimers());

  it.each<[string, () => UploadSource]>([
    ['a stream', () => new PassThrough()],
    ['a Blob', () => Object.assign(new Blob(['x']), { arrayBuffer: () => new Promise(() => undefined) })],
  ])('is waited for a minute: %s', async (_, sourceOf) => {
    const source = sourceOf();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let failure: unknown;
    const uploading = app.files.upload(source).catch((error: unknown) => {
      failure = error;
    });
    await vi.advanceTimersByTimeAsync(50_000);
    if (source instanceof PassThrough) {
      source.write('the beginning');
      await new Promise(setImmediate);
      await vi.advanceTimersByTimeAsync(50_000);
      expect(failure).toBeUndefined();
    }
    await vi.advanceTimersByTimeAsync(10_000);
    await uploading;
    expect(failure).toMatchObject(refusal('source provided nothing for 60000 ms; give one that does not'));
    if (source instanceof PassThrough) expect(source.destroyed).toBe(true);
    expect(app.emulator.requests).toEqual([]);
  });

  it('is not waited for when the application closes', async () => {
    const stalled = new PassThrough();
    stalled.write('the beginning');
    const uploading = app.files.upload(stalled).catch((error: unknown) => error);
    await app.moduleRef.close();
    expect(await uploading).toMatchObject({
      name: 'EasemobError',
      kind: 'aborted',
      sent: 'no',
      attempts: 0,
      message: 'The module was closed while the source of the upload was read.',
    });
    expect(stalled.destroyed).toBe(true);
  });

  it('is not waited for when the signal aborts', async () => {
    const stalled = new PassThrough();
    const controller = new AbortController();
    const uploading = app.files.upload(stalled, { signal: controller.signal });
    controller.abort();
    await expect(uploading).rejects.toMatchObject({ kind: 'aborted', sent: 'no' });
    expect(stalled.destroyed).toBe(true);
  });
});

it('a stream that was refused still belongs to its other reader', async () => {
  const stream = new PassThrough();
  const heard: string[] = [];
  stream.on('data', (chunk) => heard.push(String(chunk)));
  stream.write('first');
  await vi.waitFor(() => expect(heard).toHaveLength(1));
  await expect(app.files.upload(stream)).rejects.toMatchObject({ kind: 'validation' });
  stream.end('second');
  await finished(stream);
  expect(heard).toEqual(['first', 'second']);
});
