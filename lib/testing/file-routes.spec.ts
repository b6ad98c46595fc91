import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { EasemobEmulator } from './index.js';

let emulator: EasemobEmulator;
let authorization: string;

beforeAll(async () => {
  emulator = await EasemobEmulator.start({ tokenTtlSeconds: 0 });
  authorization = `Bearer ${await token({})}`;
});

afterAll(async () => {
  await emulator.stop();
});

async function token(fields: object): Promise<string> {
  const { clientId: client_id, clientSecret: client_secret } = emulator.moduleOptions;
  const response = await fetch(`${emulator.url}/easemob-demo/testapp/token`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: JSON.stringify({ grant_type: 'client_credentials', client_id, client_secret, ...fields }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

function form(bytes: Buffer, name = 'file', type = 'image/png', filename = '图 1.png'): FormData {
  const data = new FormData();
  data.append('note', 'before the file');
  data.append(name, new Blob([new Uint8Array(bytes)], { type }), filename);
  return data;
}

async function upload(
  body: FormData | string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${emulator.url}/easemob-demo/testapp/chatfiles`, {
    method: 'POST',
    headers: { authorization, ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function download(uuid: string, headers: Record<string, string> = {}, query = ''): Promise<Response> {
  return fetch(`${emulator.url}/easemob-demo/testapp/chatfiles/${uuid}${query}`, {
    headers: { authorization, ...headers },
  });
}

async function uploaded(
  bytes: Buffer,
  headers: Record<string, string> = {},
  type?: string,
): Promise<{ uuid: string; secret: string }> {
  const { body } = await upload(form(bytes, 'file', type), headers);
  const [entity] = body['entities'] as [{ uuid: string; 'share-secret': string }];
  return { uuid: entity.uuid, secret: entity['share-secret'] };
}

const BINARY = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7) % 256));

describe('an upload', () => {
  it('is kept byte for byte and gets a UUID', async () => {
    const { status, body } = await upload(form(BINARY));
    expect(status).toBe(200);
    const file = emulator.files.at(-1);
    expect(body).toMatchObject({
      action: 'post',
      path: '/chatfiles',
      uri: `${emulator.url}/easemob-demo/testapp/chatfiles`,
      organization: 'easemob-demo',
      applicationName: 'testapp',
    });
    expect(body['entities']).toEqual([{ uuid: file?.uuid, type: 'chatfile' }]);
    expect(file).toEqual({
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      filename: '图 1.png',
      contentType: 'image/png',
      bytes: BINARY,
      restricted: false,
    });
  });

  it('with restrict-access gets a share secret', async () => {
    const { secret } = await uploaded(BINARY, { 'restrict-access': 'true' });
    expect(secret).toMatch(/^[\w-]{32}$/);
    expect(emulator.files.at(-1)).toMatchObject({ restricted: true, secret });
  });

  it.each([
    ['true', true],
    ['TRUE', true],
    ['1', true],
    ['yes', true],
    ['', true],
    ['false', false],
    ['False', false],
  ])('with the header restrict-access: %s is restricted: %s', async (value, restricted) => {
    const { secret } = await uploaded(BINARY, { 'restrict-access': value });
    expect(emulator.files.at(-1)?.restricted).toBe(restricted);
    expect(typeof secret).toBe(restricted ? 'string' : 'undefined');
  });

  it.each(['', 'wide', '-1', '1.5', '1e400'])('ignores the thumbnail width "%s"', async (value) => {
    await uploaded(BINARY, { 'thumbnail-width': value, 'thumbnail-height': '100' });
    expect(emulator.files.at(-1)?.thumbnail).toEqual({ width: 170, height: 100 });
  });

  it('keeps the thumbnail size that it asks for, 170 pixels for a missing side', async () => {
    await uploaded(BINARY, { 'thumbnail-width': '200', 'thumbnail-height': '100' });
    expect(emulator.files.at(-1)?.thumbnail).toEqual({ width: 200, height: 100 });
    await uploaded(BINARY, { 'thumbnail-width': '200' });
    expect(emulator.files.at(-1)?.thumbnail).toEqual({ width: 200, height: 170 });
  });

  it('accepts the token of a user', async () => {
    const user = await token({ grant_type: 'inherit', username: 'bob', autoCreateUser: true });
    expect((await upload(form(BINARY), { authorization: `Bearer ${user}` })).status).toBe(200);
    expect((await upload(form(BINARY), { authorization: 'Bearer x' })).status).toBe(401);
  });

  it.each([
    ['without a part named file', form(BINARY, 'upload'), {}],
    ['whose body is no multipart', 'abc', { 'content-type': 'multipart/form-data; boundary=x' }],
  ])('%s gets 400', async (_case, body, headers) => {
    expect(await upload(body, headers)).toMatchObject({
      status: 400,
      body: { error: 'illegal_argument', error_description: 'file must be provided.' },
    });
  });

  it('of another content type gets 415', async () => {
    expect((await upload('{}', { 'content-type': 'application/json' })).status).toBe(415);
  });

  it('can have 10 MB and not a byte more', async () => {
    expect((await upload(form(Buffer.alloc(10_485_760)))).status).toBe(200);
    const tooLarge = {
      status: 413,
      body: {
        error: 'file exceeding maximum limit',
        error_description: 'the file size exceeds the maximum limit.',
      },
    };
    expect(await upload(form(Buffer.alloc(10_485_761)))).toMatchObject(tooLarge);
    expect(await upload(form(Buffer.alloc(12_000_000)))).toMatchObject(tooLarge);
  });
});

describe('a download', () => {
  it('returns the bytes, the content type and the filename', async () => {
    const { uuid } = await uploaded(BINARY);
    const response = await download(uuid);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': '4096',
      'content-disposition': "attachment; filename*=UTF-8''%E5%9B%BE%201.png",
    });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(BINARY);
  });

  it('accepts the token of a user', async () => {
    const { uuid } = await uploaded(BINARY);
    const user = await token({ grant_type: 'inherit', username: 'bob', autoCreateUser: true });
    expect((await download(uuid, { authorization: `Bearer ${user}` })).status).toBe(200);
  });

  it('without a valid token gets 401 auth_bad_access_token', async () => {
    const response = await download('x', { authorization: 'Bearer YWMtnever-issued' });
    expect([response.status, await response.json()]).toMatchObject([401, { error: 'auth_bad_access_token' }]);
  });

  it('of a restricted file needs its share secret, in a header or in the query', async () => {
    const { uuid, secret } = await uploaded(BINARY, { 'restrict-access': 'true' });
    const responses = await Promise.all([
      download(uuid, { 'share-secret': secret }),
      download(uuid, {}, `?share-secret=${secret}`),
      download(uuid),
      download(uuid, { 'share-secret': 'wrong' }),
    ]);
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 403, 403]);
    expect(await responses[2]?.json()).toMatchObject({ error: 'forbidden_op' });
  });

  it.each([
    ['a thumbnail, for an image over 10 KB', 10_241, 'image/jpeg', 'image/png'],
    ['the image itself, for one of 10 KB', 10_240, 'image/jpeg', 'image/jpeg'],
    ['the file itself, for anything else', 20_000, 'audio/amr', 'audio/amr'],
  ])('with the header thumbnail returns %s', async (_case, bytes, type, expected) => {
    const { uuid } = await uploaded(Buffer.alloc(bytes, 1), {}, type);
    const response = await download(uuid, { thumbnail: 'true' });
    expect(response.headers.get('content-type')).toBe(expected);
    expect((await response.arrayBuffer()).byteLength < bytes).toBe(expected === 'image/png');
  });

  it.each([
    ['true', true],
    ['1', true],
    ['', true],
    ['false', false],
    ['FALSE', false],
  ])('with the header thumbnail: %s returns a thumbnail: %s', async (value, isThumbnail) => {
    const { uuid } = await uploaded(Buffer.alloc(20_000, 1), {}, 'image/jpeg');
    const response = await download(uuid, { thumbnail: value });
    expect(response.headers.get('content-type')).toBe(isThumbnail ? 'image/png' : 'image/jpeg');
  });

  it('of an unknown file gets 404', async () => {
    const response = await download('0f3c9a10-aaaa-4bbb-8ccc-000000000001');
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { error: 'entity_not_found', error_description: 'file may not exists' },
    ]);
  });

  it('after seven days gets 404 file_expired', async () => {
    const { uuid } = await uploaded(BINARY);
    emulator.advance(7 * 24 * 3600 * 1000);
    const response = await download(uuid);
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { error: 'file_expired', error_description: `file ${uuid} is expired` },
    ]);
  });

  it('never sends a content type that HTTP cannot carry', async () => {
    const { uuid } = await uploaded(BINARY);
    const body = '--x\r\nContent-Disposition: form-data; name=file\r\nContent-Type: 图\r\n\r\nabc\r\n--x--';
    const { body: response } = await upload(body, { 'content-type': 'multipart/form-data; boundary=x' });
    const [entity] = response['entities'] as [{ uuid: string }];
    expect(entity.uuid).not.toBe(uuid);
    expect((await download(entity.uuid)).headers.get('content-type')).toBe('application/octet-stream');
  });
});
