import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { UploadSource } from 'nestjs-easemob';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { registrations } from '../support/registrations.js';

const LIMIT = 10 * 1024 * 1024;
/** Every byte value, and what looks like a boundary. */
const BINARY = Buffer.concat([
  Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  Buffer.from('\r\n--boundary\r\n------easemob-\r\n--\r\n'),
]);

let app: EasemobTest;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'easemob-files-'));
  await writeFile(join(directory, '照片 1.jpg'), BINARY);
  await writeFile(join(directory, 'large.bin'), Buffer.alloc(LIMIT + 1));
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(() => app.stop());

describe.each(registrations)('with $name, an upload', (registration) => {
  beforeEach(async () => {
    app = await startEasemob({}, {}, registration);
  });

  it.each<[string, () => UploadSource, string]>([
    ['a Buffer', () => BINARY, 'file'],
    ['a Blob', () => new Blob([BINARY]), 'file'],
    ['a File', () => new File([BINARY], '图.png', { type: 'image/png' }), '图.png'],
    ['a stream of Buffers', () => Readable.from([BINARY.subarray(0, 100), BINARY.subarray(100)]), 'file'],
    ['a file stream', () => createReadStream(join(directory, '照片 1.jpg')), '照片 1.jpg'],
    ['a path', () => join(directory, '照片 1.jpg'), '照片 1.jpg'],
  ])('of %s arrives byte for byte under its base name', async (_, source, filename) => {
    const uploaded = await app.files.upload(source());
    const [file] = app.emulator.files;
    expect(file?.bytes.equals(BINARY)).toBe(true);
    expect(file?.filename).toBe(filename);
    expect(uploaded).toEqual({
      url: `${app.emulator.url}/easemob-demo/testapp/chatfiles/${file?.uuid}`,
      uuid: file?.uuid,
      filename,
    });
    expect(app.calls()[0]).toMatchObject({
      method: 'POST',
      path: '/easemob-demo/testapp/chatfiles',
      headers: {
        authorization: `Bearer ${await app.tokens.getToken()}`,
        'content-type': expect.stringMatching(/^multipart\/form-data; boundary=/) as string,
      },
    });
  });
});

describe('an upload', () => {
  beforeEach(async () => {
    app = await startEasemob();
  });

  it.each([
    ['/home/alice/secret plans/a.pdf', 'a.pdf', 'a.pdf'],
    ['C:\\Users\\alice\\图片\\猫.jpg', '猫.jpg', '猫.jpg'],
    ['..\\..\\etc/passwd', 'passwd', 'passwd'],
    ['the "best" file.txt', 'the "best" file.txt', 'the "best" file.txt'],
    ['a"; filename="b.exe', 'a"; filename="b.exe', 'a"; filename="b.exe'],
    ['', 'file', 'file'],
    ['dir/', 'dir', 'dir'],
  ])('named %j arrives as one part under its base name', async (filename, returned, arrived) => {
    const uploaded = await app.files.upload(BINARY, { filename });
    expect(uploaded.filename).toBe(returned);
    expect(app.emulator.files.map((file) => file.filename)).toEqual([arrived]);
    expect(app.emulator.files[0]?.bytes.equals(BINARY)).toBe(true);
  });

  it.each([
    ['by default', {}, Buffer.from('x'), 'application/octet-stream'],
    ['the type of a Blob', {}, new Blob(['x'], { type: 'image/png' }), 'image/png'],
    [
      'the type in the options',
      { contentType: 'audio/amr' },
      new Blob(['x'], { type: 'image/png' }),
      'audio/amr',
    ],
    [
      'a type with a line break',
      { contentType: 'text/plain\r\nX-Evil: 1' },
      Buffer.from('x'),
      'text/plain X-Evil: 1',
    ],
  ])('has a content type: %s', async (_, options, source, contentType) => {
    await app.files.upload(source, options);
    expect(app.emulator.files[0]?.contentType).toBe(contentType);
  });

  it('restricts access only with restrictAccess, and then returns a share secret', async () => {
    const unrestricted = await app.files.upload(BINARY);
    const closed = await app.files.upload(BINARY, { restrictAccess: true });
    const opened = await app.files.upload(BINARY, { restrictAccess: false });
    expect(app.calls().map(({ headers }) => headers['restrict-access'])).toEqual([
      undefined,
      'true',
      undefined,
    ]);
    expect(unrestricted).not.toHaveProperty('secret');
    expect(opened).not.toHaveProperty('secret');
    expect(closed.secret).toBe(app.emulator.files[1]?.secret);
    expect(closed.secret).toMatch(/.{16,}/);
  });

  it('requests a thumbnail size only with the thumbnail option', async () => {
    await app.files.upload(BINARY);
    await app.files.upload(BINARY, { thumbnail: { width: 200, height: 120 } });
    expect(app.calls()[0]?.headers).not.toHaveProperty('thumbnail-width');
    expect(app.calls()[1]?.headers).toMatchObject({ 'thumbnail-width': '200', 'thumbnail-height': '120' });
    expect(app.emulator.files[1]?.thumbnail).toEqual({ width: 200, height: 120 });
  });

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'a thumbnail without a size',
      () => app.files.upload(BINARY, { thumbnail: { width: 0, height: 1.5 } }),
      'thumbnail.width',
    ],
    [
      'a path that does not exist',
      () => app.files.upload(join(directory, 'none.jpg')),
      'source "none.jpg" cannot be read (ENOENT)',
    ],
    ['a path of a directory', () => app.files.upload(directory), 'is not a file'],
    [
      'something else',
      () => app.files.upload(7 as unknown as Buffer),
      'source must be a Buffer, a Blob, a Readable',
    ],
    [
      'a stream that fails',
      () =>
        app.files.upload(
          new Readable({
            read() {
              this.destroy(new Error(`cannot read ${directory}`));
            },
          }),
        ),
      'source is a stream that failed (Error)',
    ],
  ])('refuses %s before the network', async (_, uploading, text) => {
    const error: unknown = await uploading().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'EasemobValidationError',
      kind: 'validation',
      sent: 'no',
      attempts: 0,
    });
    expect(String(error)).toContain(text);
    expect(String(error)).not.toContain(directory);
    expect(app.emulator.requests).toEqual([]);
  });

  it.each<[string, object]>([
    ['no entities', { action: 'post' }],
    ['an empty list', { entities: [] }],
    ['an entity without a uuid', { entities: [{ type: 'chatfile' }] }],
    ['an entity that is not an object', { entities: ['uuid'] }],
    ['an empty uuid', { entities: [{ uuid: '' }] }],
    ['a uuid that is another directory', { entities: [{ uuid: '..' }] }],
    ['a uuid with a line break', { entities: [{ uuid: 'a\nb' }] }],
  ])('is rejected when the response has %s', async (_, body) => {
    app.emulator.failNext({ status: 200, body }, 1, { path: '/chatfiles' });
    await expect(app.files.upload(BINARY)).rejects.toMatchObject({
      name: 'EasemobApiError',
      kind: 'server',
      status: 200,
      retryable: true,
      sent: 'maybe',
      attempts: 1,
    });
  });

  it('has a URL below that of the files, whatever uuid the response has', async () => {
    app.emulator.failNext({ status: 200, body: { entities: [{ uuid: '../../x?y' }] } }, 1, {
      path: '/chatfiles',
    });
    const { url } = await app.files.upload(BINARY);
    expect(url).toMatch(/\/chatfiles\/\.\.%2F\.\.%2Fx%3Fy$/);
  });

  it('can be aborted', async () => {
    const controller = new AbortController();
    app.emulator.failNext({ delayMs: 60_000 }, 1, { path: '/chatfiles' });
    const uploading = app.files.upload(BINARY, { signal: controller.signal });
    await expect.poll(() => app.calls().length).toBe(1);
    controller.abort();
    await expect(uploading).rejects.toMatchObject({ kind: 'aborted', sent: 'maybe', attempts: 1 });
    expect(app.calls()).toHaveLength(1);
  });
});

describe('a file of 10 MB', () => {
  beforeEach(async () => {
    app = await startEasemob();
  });

  it('is accepted', async () => {
    const uploaded = await app.files.upload(Buffer.alloc(LIMIT, 'x'));
    expect(app.emulator.files).toMatchObject([{ uuid: uploaded.uuid }]);
    expect(app.emulator.files[0]?.bytes).toHaveLength(LIMIT);
  });

  it.each<[string, () => UploadSource, string]>([
    ['a Buffer', () => Buffer.alloc(LIMIT + 1), `source has ${LIMIT + 1} bytes and ${LIMIT} are allowed`],
    [
      'a Blob',
      () => new Blob([Buffer.alloc(LIMIT + 1)]),
      `source has ${LIMIT + 1} bytes and ${LIMIT} are allowed`,
    ],
    ['a path', () => join(directory, 'large.bin'), `source has ${LIMIT + 1} bytes and ${LIMIT} are allowed`],
    [
      'a file stream',
      () => createReadStream(join(directory, 'large.bin')),
      `source has more than the ${LIMIT} bytes allowed`,
    ],
  ])('and one byte more is refused before the network, from %s', async (_, source, text) => {
    await expect(app.files.upload(source())).rejects.toMatchObject({
      name: 'EasemobValidationError',
      kind: 'too-large',
      sent: 'no',
      violations: [{ path: 'source', message: expect.stringContaining(text) as string }],
    });
    expect(app.emulator.requests).toEqual([]);
  });

  it('is as far as an endless stream is read', async () => {
    const CHUNK = 1024 * 1024;
    let read = 0;
    const endless = new Readable({
      highWaterMark: CHUNK,
      read() {
        read += CHUNK;
        this.push(Buffer.alloc(CHUNK));
      },
    });
    await expect(app.files.upload(endless)).rejects.toMatchObject({ kind: 'too-large' });
    expect(endless.destroyed).toBe(true);
    // The stream reads ahead by a chunk or two.
    expect(read).toBeLessThanOrEqual(LIMIT + 4 * CHUNK);
    expect(app.emulator.requests).toEqual([]);
  });

  it('is the default of limits.uploadBytes', async () => {
    await app.stop();
    app = await startEasemob({ limits: { uploadBytes: 4 } });
    await app.files.upload(Buffer.from('1234'));
    await expect(app.files.upload(Buffer.from('12345'))).rejects.toMatchObject({ kind: 'too-large' });
    expect(app.emulator.files).toHaveLength(1);
  });

  it('and one byte more is refused by Easemob when limits.uploadBytes allows it', async () => {
    await app.stop();
    app = await startEasemob({ limits: { uploadBytes: Infinity } });
    await expect(app.files.upload(Buffer.alloc(LIMIT + 1))).rejects.toMatchObject({
      name: 'EasemobApiError',
      kind: 'too-large',
      status: 413,
      error: 'file exceeding maximum limit',
    });
  });
});
