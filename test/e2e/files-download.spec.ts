import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import type { EmulatorFault } from 'nestjs-easemob/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { incompressible } from '../support/incompressible.js';
import { textTo } from '../support/text-message.js';

const BYTES = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const LARGE = Buffer.alloc(8 * 1024 * 1024, 'x');

let app: EasemobTest;
afterEach(() => app.stop());

/** A download whose first bytes have arrived, and the others not yet. */
async function halfRead(signal: AbortSignal): Promise<Readable> {
  const { uuid } = await app.files.upload(BYTES);
  app.emulator.failNext({ slowBodyMs: 5000 }, 1, { method: 'GET' });
  const stream = await app.files.download(uuid, { signal });
  await once(stream, 'data');
  return stream;
}

describe('a download', () => {
  beforeEach(async () => {
    app = await startEasemob();
  });

  it('is a stream of the bytes that were uploaded', async () => {
    const { uuid } = await app.files.upload(BYTES, { filename: 'a.bin' });
    const stream = await app.files.download(uuid);
    expect((await buffer(stream)).equals(BYTES)).toBe(true);
    const request = app.calls()[1];
    expect(request).toMatchObject({ method: 'GET', path: `/easemob-demo/testapp/chatfiles/${uuid}` });
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${await app.tokens.getToken()}`,
      accept: 'application/octet-stream',
    });
    expect(request?.headers).not.toHaveProperty('thumbnail');
    expect(request?.headers).not.toHaveProperty('share-secret');
  });

  it('is decoded when it comes compressed, which the request did not accept', async () => {
    const { uuid } = await app.files.upload(BYTES);
    app.emulator.failNext({ gzip: true }, 1, { path: '/chatfiles' });
    expect((await buffer(await app.files.download(uuid))).equals(BYTES)).toBe(true);
  });

  it('of a thumbnail requests the thumbnail', async () => {
    const { uuid } = await app.files.upload(BYTES, { contentType: 'image/png' });
    const thumbnail = await buffer(await app.files.download(uuid, { thumbnail: true }));
    expect(app.calls()[1]?.headers).toMatchObject({ thumbnail: 'true' });
    expect(thumbnail.subarray(0, 8).equals(PNG_SIGNATURE)).toBe(true);
    await buffer(await app.files.download(uuid, { thumbnail: false }));
    expect(app.calls()[2]?.headers).not.toHaveProperty('thumbnail');
  });

  it('of a restricted file needs its share secret', async () => {
    const { uuid, secret = '' } = await app.files.upload(BYTES, { restrictAccess: true });
    expect((await buffer(await app.files.download(uuid, { secret }))).equals(BYTES)).toBe(true);
    expect(app.calls()[1]?.headers).toMatchObject({ 'share-secret': secret });
    const refusal = {
      name: 'EasemobApiError',
      kind: 'forbidden',
      status: 403,
      error: 'forbidden_op',
      attempts: 1,
    };
    await expect(app.files.download(uuid)).rejects.toMatchObject(refusal);
    await expect(app.files.download(uuid, { secret: 'wrong-share-secret' })).rejects.toMatchObject(refusal);
  });

  it.each([
    ['an unknown file', 'nothing', 'entity_not_found', 'nothing'],
    ['a name with a slash', 'a/../b', 'entity_not_found', 'a%2F..%2Fb'],
    ['a Chinese name', '猫', 'entity_not_found', '%E7%8C%AB'],
  ])('of %s is not found', async (_, uuid, error, path) => {
    await expect(app.files.download(uuid)).rejects.toMatchObject({
      name: 'EasemobApiError',
      kind: 'not-found',
      status: 404,
      error,
    });
    expect(app.calls().map((request) => request.path)).toEqual([`/easemob-demo/testapp/chatfiles/${path}`]);
  });

  it('of a file after its seven days is not found', async () => {
    const { uuid } = await app.files.upload(BYTES);
    app.emulator.advance(7 * 24 * 3600 * 1000);
    await expect(app.files.download(uuid)).rejects.toMatchObject({
      kind: 'not-found',
      error: 'file_expired',
    });
  });

  it.each([[''], [undefined], [7]])('of %j is refused before the network', async (uuid) => {
    await expect(app.files.download(uuid as string)).rejects.toMatchObject({
      name: 'EasemobValidationError',
      violations: [{ path: 'uuid' }],
    });
    expect(app.emulator.requests).toEqual([]);
  });

  it.each<[string, EmulatorFault]>([
    ['a 401', { status: 401 }],
    ['a 503', { status: 503 }],
    ['a reset', { reset: 'before' }],
  ])('is retried after %s', async (_, fault) => {
    const { uuid } = await app.files.upload(BYTES);
    app.emulator.failNext(fault, 1, { method: 'GET' });
    expect((await buffer(await app.files.download(uuid))).equals(BYTES)).toBe(true);
    expect(app.calls()).toHaveLength(3);
  });

  it('fails while it is read when the connection breaks', async () => {
    const { uuid } = await app.files.upload(BYTES);
    app.emulator.failNext({ truncate: true }, 1, { method: 'GET' });
    await expect(buffer(await app.files.download(uuid))).rejects.toThrow(Error);
    expect(app.calls()).toHaveLength(2);
  });

  it('ends with an error when it is aborted half-way', async () => {
    const controller = new AbortController();
    const stream = await halfRead(controller.signal);
    const ended = finished(stream);
    controller.abort();
    await expect(ended).rejects.toMatchObject({ code: 'ABORT_ERR' });
    expect(stream.destroyed).toBe(true);
  });

  it('may be destroyed half-way, and the next call succeeds', async () => {
    const stream = await halfRead(new AbortController().signal);
    stream.destroy();
    await once(stream, 'close');
    const { uuid } = await app.files.upload(BYTES);
    expect((await buffer(await app.files.download(uuid))).equals(BYTES)).toBe(true);
  });

  it('makes no request when its signal is already aborted', async () => {
    await app.tokens.getToken();
    await expect(app.files.download('x', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: 'aborted',
      sent: 'no',
    });
    expect(app.calls()).toEqual([]);
  });
});

describe('a download that nobody reads', () => {
  it('waits for its reader without losing a byte', async () => {
    app = await startEasemob();
    const { uuid } = await app.files.upload(LARGE);
    const stream = await app.files.download(uuid);
    await app.messages.sendText(textTo('bob'));
    expect((await buffer(stream)).equals(LARGE)).toBe(true);
  });

  it('does not keep the application from closing', async () => {
    app = await startEasemob({ http: { timeoutMs: 250 } });
    const { uuid } = await app.files.upload(LARGE);
    const stream = await app.files.download(uuid);
    const ended = finished(stream).then(
      () => 'ended',
      () => 'failed',
    );
    await app.moduleRef.close();
    expect(await ended).toBe('failed');
  });

  it('does not end the process when it breaks and nobody listens for the error', async () => {
    app = await startEasemob();
    const { uuid } = await app.files.upload(LARGE);
    const stream = await app.files.download(uuid);
    await app.emulator.stop();
    await new Promise((resolve) => stream.resume().once('close', resolve));
    expect(stream.errored).toMatchObject({ name: 'TransportError' });
    await expect(buffer(stream)).rejects.toThrow();
  });

  it.each([
    ['as it is', {}],
    ['compressed', { gzip: true as const }],
  ])('that came %s frees its connection when it is destroyed', async (_, fault) => {
    app = await startEasemob({ http: { connections: 1 } });
    const { uuid } = await app.files.upload(incompressible(LARGE.length));
    if ('gzip' in fault) app.emulator.failNext({ gzip: true }, 1, { method: 'GET' });
    const stream = await app.files.download(uuid);
    stream.destroy();
    await app.messages.sendText(textTo('bob'));
    expect(app.emulator.messages).toHaveLength(1);
  });
});
