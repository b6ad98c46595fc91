import { afterAll, beforeAll, expect, it } from 'vitest';

import { EasemobEmulator } from './index.js';

let emulator: EasemobEmulator;
let authorization: string;

beforeAll(async () => {
  emulator = await EasemobEmulator.start();
  const { clientId: client_id, clientSecret: client_secret } = emulator.moduleOptions;
  const response = await fetch(`${emulator.url}/easemob-demo/testapp/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'client_credentials', client_id, client_secret }),
  });
  authorization = `Bearer ${((await response.json()) as { access_token: string }).access_token}`;
});

afterAll(async () => {
  await emulator.stop();
});

async function call(
  method: string,
  resource: string,
  body?: unknown,
  headers: Record<string, string> = { authorization, 'content-type': 'application/json' },
): Promise<[number, Record<string, unknown>]> {
  const response = await fetch(`${emulator.url}/easemob-demo/testapp${resource}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return [response.status, (await response.json()) as Record<string, unknown>];
}

it('registers one user, a list, and one named in the path', async () => {
  const [status, body] = await call('POST', '/users', { username: 'u1', password: '1' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ action: 'post', path: '/users', organization: 'easemob-demo' });
  expect(body['entities']).toEqual([
    {
      uuid: expect.any(String) as string,
      type: 'user',
      created: expect.any(Number) as number,
      modified: expect.any(Number) as number,
      username: 'u1',
      activated: true,
    },
  ]);
  const [, list] = await call('POST', '/users', [
    { username: 'u2', password: '1' },
    { username: 'u3', password: '1' },
  ]);
  expect(list['entities']).toMatchObject([{ username: 'u2' }, { username: 'u3' }]);
  const [, named] = await call('POST', '/users/u4', { password: '1' });
  expect(named['entities']).toMatchObject([{ username: 'u4' }]);
});

it('deletes a user once', async () => {
  await call('POST', '/users', { username: 'gone', password: '1' });
  expect(await call('DELETE', '/users/gone')).toMatchObject([
    200,
    { action: 'delete', entities: [{ username: 'gone' }] },
  ]);
  expect(await call('DELETE', '/users/gone')).toMatchObject([404, { error: 'service_resource_not_found' }]);
});

it.each([
  ['no name', { password: '1' }, 'illegal_argument', 'Entity user requires a property named username'],
  ['no password', { username: 'x' }, 'illegal_argument', 'password or pin must provided'],
  ['no object', 'null', 'illegal_argument', 'Entity user requires a property named username'],
  ['broken JSON', '{', 'json_parse', 'Unexpected end-of-input'],
])('refuses %s', async (_case, body, error, description) => {
  const [status, failure] = await call('POST', '/users', body);
  expect([status, failure['error']]).toEqual([400, error]);
  if (error !== 'json_parse') expect(failure['error_description']).toBe(description);
});

it('refuses a name that exists', async () => {
  await call('POST', '/users', { username: 'twice', password: '1' });
  expect(await call('POST', '/users', { username: 'twice', password: '1' })).toMatchObject([
    400,
    { error: 'duplicate_unique_property_exists' },
  ]);
});

it('is not open without a token, and checks one that is there', async () => {
  const json = { 'content-type': 'application/json' };
  expect(await call('POST', '/users', {}, json)).toMatchObject([
    401,
    { error_description: 'registration is not open, please contact the app admin' },
  ]);
  expect(await call('POST', '/users', {}, { ...json, authorization: 'Bearer x' })).toMatchObject([
    401,
    { error: 'auth_bad_access_token' },
  ]);
});

it('refuses another content type', async () => {
  expect((await call('POST', '/users', 'x', { authorization, 'content-type': 'text/plain' }))[0]).toBe(415);
});
