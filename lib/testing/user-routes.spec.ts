import { afterAll, beforeAll, expect, it } from 'vitest';

import { appAuthorization } from '../../test/support/app-authorization.js';
import { EasemobEmulator } from './index.js';

let emulator: EasemobEmulator;
let authorization: string;

beforeAll(async () => {
  emulator = await EasemobEmulator.start();
  authorization = await appAuthorization(emulator);
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

it('registers one user, a list of users, and one that the path names', async () => {
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

it('finds a user, and not one who does not exist', async () => {
  const [, { entities }] = await call('POST', '/users', { username: 'found', password: '1' });
  expect(await call('GET', '/users/found')).toMatchObject([
    200,
    {
      action: 'get',
      path: '/users',
      uri: `${emulator.url}/easemob-demo/testapp/users/found`,
      entities,
      count: 1,
    },
  ]);
  expect(await call('GET', '/users/lost')).toMatchObject([
    404,
    { error: 'service_resource_not_found', error_description: 'Service resource not found' },
  ]);
  expect((await call('GET', '/users/found', undefined, {}))[0]).toBe(401);
});

it('writes user names in lower case, and reads them in any', async () => {
  const [, { entities }] = await call('POST', '/users', { username: 'MixedCase', password: '1' });
  expect(entities).toMatchObject([{ username: 'mixedcase' }]);
  expect((await call('POST', '/users', { username: 'MIXEDCASE', password: '1' }))[0]).toBe(400);
  expect(await call('GET', '/users/mixedCase')).toMatchObject([200, { entities }]);
  expect((await call('DELETE', '/users/MixedCase'))[0]).toBe(200);
});

it('deletes a user, who then does not exist', async () => {
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
])('refuses a registration with %s', async (_case, body, error, description) => {
  const [status, failure] = await call('POST', '/users', body);
  expect([status, failure['error']]).toEqual([400, error]);
  if (error !== 'json_parse') expect(failure['error_description']).toBe(description);
});

it('refuses a username that exists', async () => {
  await call('POST', '/users', { username: 'twice', password: '1' });
  expect(await call('POST', '/users', { username: 'twice', password: '1' })).toMatchObject([
    400,
    { error: 'duplicate_unique_property_exists' },
  ]);
});

it('refuses a registration without a token, and one with a wrong token', async () => {
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

it('refuses a registration with another content type', async () => {
  expect((await call('POST', '/users', 'x', { authorization, 'content-type': 'text/plain' }))[0]).toBe(415);
});
