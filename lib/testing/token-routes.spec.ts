import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { EasemobEmulator } from './index.js';

const OPTIONS = { appKey: 'acme#shop', clientId: 'id', clientSecret: 'secret' };

let emulator: EasemobEmulator;

beforeEach(async () => {
  emulator = await EasemobEmulator.start(OPTIONS);
});

afterEach(async () => {
  await emulator.stop();
});

interface Granted {
  readonly access_token: string;
  readonly expires_in: number;
  readonly application: string;
  readonly user?: { readonly username: string };
}

const CREDENTIALS = { grant_type: 'client_credentials', client_id: 'id', client_secret: 'secret' };

function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${emulator.url}/acme/shop/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

async function grant(fields: object, headers: Record<string, string> = {}): Promise<Granted> {
  const response = await post(JSON.stringify(fields), headers);
  expect(response.status).toBe(200);
  return (await response.json()) as Granted;
}

async function sendWith(
  authorization?: string,
): Promise<{ status: number; error?: string; description?: string }> {
  const response = await fetch(`${emulator.url}/acme/shop/messages`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: '{"target_type":"users","target":["bob"],"msg":{"type":"txt","msg":"hi"}}',
  });
  const body = (await response.json()) as { error?: string; error_description?: string };
  return {
    status: response.status,
    ...(body.error === undefined ? {} : { error: body.error }),
    ...(body.error_description === undefined ? {} : { description: body.error_description }),
  };
}

const EXPIRED = {
  status: 401,
  error: 'unauthorized',
  description: 'Unable to authenticate due to expired access token',
};
const REVOKED = { status: 401, error: 'unauthorized', description: 'Unable to authenticate (OAuth)' };
const FOREIGN = { status: 401, error: 'auth_bad_access_token', description: 'Unable to authenticate' };
const CORRUPT = {
  status: 401,
  error: 'auth_bad_access_token',
  description: 'Unable to authenticate due to corrupt access token',
};

describe('an app token', () => {
  it('lasts 60 days by default', async () => {
    const granted = await grant(CREDENTIALS);
    expect(granted.access_token).toMatch(/^YWMt[\w-]+$/);
    expect(granted.expires_in).toBe(5_184_000);
    expect(Object.keys(granted)).toEqual(['access_token', 'expires_in', 'application']);
  });

  it('can be requested as JSON with the content type of a form, and as a real form', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await grant(CREDENTIALS, headers);
    const response = await post(new URLSearchParams({ ...CREDENTIALS, ttl: '60' }).toString(), headers);
    expect(await response.json()).toMatchObject({ expires_in: 60 });
    expect(emulator.tokensIssued).toBe(2);
  });

  it.each([
    [86_400, 86_400],
    ['600', 600],
    [0, 0],
  ])('with ttl %j lasts %i seconds', async (ttl, expected) => {
    expect((await grant({ ...CREDENTIALS, ttl })).expires_in).toBe(expected);
  });

  it('without a ttl lasts as long as the option tokenTtlSeconds', async () => {
    await emulator.stop();
    emulator = await EasemobEmulator.start({ ...OPTIONS, tokenTtlSeconds: 30 });
    expect((await grant(CREDENTIALS)).expires_in).toBe(30);
  });

  it.each([
    [
      'no client_id',
      { ...CREDENTIALS, client_id: undefined },
      'illegal_argument',
      'client_id must be provided.',
    ],
    [
      'no client_secret',
      { ...CREDENTIALS, client_secret: '' },
      'illegal_argument',
      'client_secret must be provided',
    ],
    ['a wrong client_id', { ...CREDENTIALS, client_id: 'x' }, 'invalid_grant', 'client_id does not match'],
    [
      'a wrong client_secret',
      { ...CREDENTIALS, client_secret: 'x' },
      'invalid_grant',
      'client_secret does not match',
    ],
    ['no grant_type', { client_id: 'id' }, 'illegal_argument', 'grant_type must be provided.'],
    ['an unknown grant_type', { grant_type: 'x' }, 'illegal_argument', 'grant_type is not supported.'],
    ['a negative ttl', { ...CREDENTIALS, ttl: -1 }, 'illegal_argument', 'ttl is not legal'],
    ['a ttl that is not a number', { ...CREDENTIALS, ttl: {} }, 'illegal_argument', 'ttl is not legal'],
    ['a list', [], 'illegal_argument', 'this is an invalid request.'],
  ])('is refused with 400 for %s', async (_case, fields, error, error_description) => {
    const response = await post(JSON.stringify(fields));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error, error_description });
    expect(emulator.tokensIssued).toBe(0);
  });

  it('is refused with 400 json_parse for broken JSON', async () => {
    const response = await post('{"grant_type":');
    expect([response.status, await response.json()]).toMatchObject([400, { error: 'json_parse' }]);
  });

  it('is refused with 415 for another content type', async () => {
    const response = await post(JSON.stringify(CREDENTIALS), { 'content-type': 'text/plain' });
    expect([response.status, await response.json()]).toMatchObject([
      415,
      { error: 'web_application', error_description: 'Unsupported Media Type' },
    ]);
  });
});

describe('a bearer token', () => {
  it('is required', async () => {
    expect(await sendWith()).toEqual(EXPIRED);
    expect(await sendWith('Basic aWQ6c2VjcmV0')).toEqual(EXPIRED);
  });

  it('is corrupt when it has another form', async () => {
    expect(await sendWith('Bearer ${token}')).toEqual(CORRUPT);
    expect(await sendWith(`Bearer  ${(await grant(CREDENTIALS)).access_token}`)).toEqual(CORRUPT);
  });

  it('is foreign when it has the right form and another server issued it', async () => {
    expect(await sendWith('Bearer YWMtxc6K0L1aEeKf9LWFzT9xEAAAAT7MNR_9OcNq-GwPsKwj_TruuxZfFSC2eIQ')).toEqual(
      FOREIGN,
    );
  });

  it('is refused after revokeTokens()', async () => {
    const { access_token } = await grant(CREDENTIALS);
    emulator.revokeTokens();
    expect(await sendWith(`Bearer ${access_token}`)).toEqual(REVOKED);
  });

  it('expires exactly at the end of its life', async () => {
    const { access_token } = await grant({ ...CREDENTIALS, ttl: 60 });
    emulator.advance(59_000);
    expect((await sendWith(`Bearer ${access_token}`)).status).toBe(200);
    emulator.advance(1_000);
    expect(await sendWith(`Bearer ${access_token}`)).toEqual(EXPIRED);
  });

  it('never expires with a ttl of 0', async () => {
    const { access_token } = await grant({ ...CREDENTIALS, ttl: 0 });
    emulator.advance(1e12);
    expect((await sendWith(`Bearer ${access_token}`)).status).toBe(200);
  });

  it('stays valid when another one is issued', async () => {
    const { access_token } = await grant(CREDENTIALS);
    await grant(CREDENTIALS);
    expect((await sendWith(`Bearer ${access_token}`)).status).toBe(200);
  });
});

async function appHeaders(): Promise<Record<string, string>> {
  return { authorization: `Bearer ${(await grant(CREDENTIALS)).access_token}` };
}

describe('a user token', () => {
  const inherit = { grant_type: 'inherit', username: 'bob', autoCreateUser: true };

  it('is inherited from an app token and creates its user', async () => {
    const granted = await grant(inherit, await appHeaders());
    expect(granted.user).toMatchObject({ type: 'user', username: 'bob', activated: true });
    expect((await grant({ ...inherit, autoCreateUser: false }, await appHeaders())).user).toEqual(
      granted.user,
    );
  });

  it('is refused as corrupt where an app token is required', async () => {
    const { access_token } = await grant(inherit, await appHeaders());
    expect(await sendWith(`Bearer ${access_token}`)).toEqual(CORRUPT);
  });

  it.each([
    [{ ...inherit, autoCreateUser: false }, 404, 'invalid_grant', 'user not found'],
    [{ ...inherit, username: undefined }, 400, 'illegal_argument', 'username must be provided.'],
    [{ ...inherit, username: 'a b' }, 400, 'illegal_argument', 'username [a b] is not legal'],
    [{ ...inherit, username: 'a'.repeat(65) }, 400, 'illegal_argument', 'USERNAME_TOO_LONG'],
  ])('is refused for %o', async (fields, status, error, error_description) => {
    const response = await post(JSON.stringify(fields), await appHeaders());
    expect([response.status, await response.json()]).toMatchObject([status, { error, error_description }]);
  });

  it('needs an app token', async () => {
    expect((await post(JSON.stringify(inherit))).status).toBe(401);
  });

  it('is granted for the password that the user was registered with', async () => {
    await fetch(`${emulator.url}/acme/shop/users`, {
      method: 'POST',
      headers: { ...(await appHeaders()), 'content-type': 'application/json' },
      body: '{"username":"carol","password":"1"}',
    });
    const fields = { grant_type: 'password', username: 'carol', password: '1' };
    expect((await grant(fields)).user?.username).toBe('carol');
    expect((await grant({ ...fields, username: 'Carol' })).user?.username).toBe('carol');
    const refusals: [object, number, string, string][] = [
      [{ ...fields, password: '2' }, 400, 'invalid_grant', 'invalid password'],
      [{ ...fields, password: undefined }, 400, 'invalid_grant', 'invalid password'],
      [{ ...fields, username: 'nobody' }, 404, 'invalid_grant', 'user not found'],
      [{ ...fields, username: undefined }, 400, 'illegal_argument', 'username must be provided.'],
    ];
    for (const [changed, status, error, error_description] of refusals) {
      // oxlint-disable-next-line no-await-in-loop -- one refusal after the other
      const response = await post(JSON.stringify(changed));
      // oxlint-disable-next-line no-await-in-loop -- as above
      expect([response.status, await response.json()]).toMatchObject([status, { error, error_description }]);
    }
  });

  it('names its user in lower case', async () => {
    expect((await grant({ ...inherit, username: 'Dave' }, await appHeaders())).user?.username).toBe('dave');
    expect((await grant({ ...inherit, username: 'DAVE' }, await appHeaders())).user?.username).toBe('dave');
  });
});
