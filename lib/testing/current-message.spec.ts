import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { appAuthorization } from '../../test/support/app-authorization.js';
import { EasemobEmulator } from './index.js';

let emulator: EasemobEmulator;
let authorization: string;

beforeAll(async () => {
  emulator = await EasemobEmulator.start({ appKey: 'acme#shop', limits: { rate: false } });
  authorization = await appAuthorization(emulator);
});

beforeEach(() => {
  emulator.reset();
});

afterAll(async () => {
  await emulator.stop();
});

async function post(
  to: string,
  body: object | string,
  contentType = 'application/json',
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${emulator.url}/acme/shop/messages/${to}`, {
    method: 'POST',
    headers: { authorization, 'content-type': contentType },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const TEXT = { from: 'alice', to: ['bob'], type: 'txt', body: { msg: 'hi' } };
const URL = 'https://a1.easemob.com/acme/shop/chatfiles/0f3c9a10-aaaa-4bbb-8ccc-000000000001';

describe('a message', () => {
  it.each([
    ['txt', { msg: 'Your order shipped' }],
    ['img', { url: URL, secret: 's', filename: 'box.jpg', size: { width: 640, height: 480 } }],
    ['audio', { url: URL, secret: 's', filename: 'note.amr', length: 7 }],
    [
      'video',
      { url: URL, filename: 'demo.mp4', length: 12, file_length: 734_003, thumb: URL, thumb_secret: 's' },
    ],
    ['file', { url: URL, secret: 's', filename: 'invoice.pdf' }],
    ['loc', { lat: '31.2304', lng: '121.4737', addr: 'Warehouse 3' }],
    ['cmd', { action: 'refresh-cart' }],
    ['custom', { customEvent: 'coupon_v1', customExts: { code: 'SPRING', off: '10' } }],
    ['custom', { customExts: {} }],
  ])('of type %s with body %j is delivered with its ID', async (type, body) => {
    const response = await post('users', { ...TEXT, type, body });
    expect(response.status).toBe(200);
    const message = emulator.messages[0];
    expect(response.body).toMatchObject({
      path: '/messages/users',
      uri: `${emulator.url}/acme/shop/messages/users`,
      organization: 'acme',
      applicationName: 'shop',
      action: 'post',
      data: { bob: message?.id },
    });
    expect(message).toMatchObject({
      api: 'current',
      targetType: 'users',
      target: 'bob',
      from: 'alice',
      type,
      body,
      msg: { type, ...body },
    });
  });
});

describe('a message with every option', () => {
  const options = {
    ext: { orderId: 'A-77' },
    sync_device: true,
    routetype: 'ROUTE_ONLINE',
    roam_ignore_users: ['carol'],
    need_group_ack: true,
    chatroom_msg_level: 'high',
    env: 'blue1',
  };
  const common = { ext: { orderId: 'A-77' }, roam_ignore_users: ['carol'], env: 'blue1' };
  const online = { syncDevice: true, routetype: 'ROUTE_ONLINE' };

  it.each([
    ['users', { ...common, ...online }],
    ['chatgroups', { ...common, ...online, need_group_ack: true }],
    ['chatrooms', { ...common, syncDevice: false, chatroom_msg_level: 'high' }],
  ])('keeps those that exist for %s and ignores the others', async (targetType, expected) => {
    expect((await post(targetType, { ...TEXT, ...options })).status).toBe(200);
    const {
      id: _id,
      target: _target,
      sentAt: _sentAt,
      requestIndex: _index,
      ...message
    } = emulator.messages[0] ?? {};
    const { from, type, body } = TEXT;
    expect(message).toEqual({
      api: 'current',
      targetType,
      from,
      type,
      body,
      msg: { type, ...body },
      ...expected,
    });
  });

  it('has the sender admin when from is left out', async () => {
    await post('users', { ...TEXT, from: undefined });
    expect(emulator.messages[0]?.from).toBe('admin');
  });
});

describe('a request', () => {
  it.each([
    ['users', 600],
    ['chatgroups', 3],
    ['chatrooms', 10],
  ])('to %s has at most %i targets', async (targetType, limit) => {
    const to = Array.from({ length: limit }, (_, index) => `t${index}`);
    expect(Object.keys((await post(targetType, { ...TEXT, to })).body['data'] as object).toSorted()).toEqual(
      to.toSorted(),
    );
    expect(await post(targetType, { ...TEXT, to: [...to, 'x'] })).toMatchObject({
      status: 400,
      body: {
        error: 'message_send_error',
        exception: 'MessageSendException',
        error_description: `params to's size can't exceed limit ${limit}`,
      },
    });
  });
});

describe('the error message_send_error', () => {
  it.each([
    [{ from: '' }, "param from can't be empty", 14001],
    [{ to: [] }, "param to can't be empty", 14002],
    [{ to: undefined }, "param to can't be empty", 14002],
    [{ type: '' }, "param type can't be empty", undefined],
    [{ type: undefined }, "param type can't be empty", undefined],
    [{ body: {} }, "param body can't be empty", 14005],
    [{ body: null }, "param body can't be empty", 14005],
    [{ ext: null }, 'param ext must be JSONObject', undefined],
    [{ ext: 'x' }, 'param ext must be JSONObject', undefined],
    [{ to: ['bob', ''] }, "param to can't be empty", 14002],
  ])('is the response to %o', async (changes, error_description, error_code) => {
    const { status, body } = await post('users', { ...TEXT, ...changes });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'message_send_error', error_description });
    expect(body['error_code']).toBe(error_code);
  });

  it('is the response to more than 5 KB of body and ext, the targets not counted', async () => {
    const to = Array.from({ length: 600 }, (_, index) => `a-rather-long-user-name-${index}`);
    const body = { msg: 'x'.repeat(5110 - '{"a":1}'.length) };
    expect((await post('users', { ...TEXT, to, body, ext: { a: 1 } })).status).toBe(200);
    expect(await post('users', { ...TEXT, to, body, ext: { a: 10 } })).toMatchObject({
      status: 400,
      body: { error: 'message_send_error', error_description: 'message is too large', error_code: 14007 },
    });
    const large = { msg: 'x'.repeat(5111) };
    expect((await post('users', { ...TEXT, body: large })).body['error_code']).toBe(14007);
  });
});

describe('the error invalid_request_body', () => {
  it.each([
    ['users', '{"to":'],
    ['users', '[]'],
    ['users', { ...TEXT, from: 1 }],
    ['users', { ...TEXT, from: null }],
    ['users', { ...TEXT, to: 'bob' }],
    ['users', { ...TEXT, to: [1] }],
    ['users', { ...TEXT, type: 'text' }],
    ['users', { ...TEXT, body: 'hi' }],
    ['users', { ...TEXT, body: { text: 'hi' } }],
    ['users', { ...TEXT, sync_device: 1 }],
    ['users', { ...TEXT, routetype: 'x' }],
    ['users', { ...TEXT, roam_ignore_users: Array.from({ length: 21 }, (_, index) => `u${index}`) }],
    ['users', { ...TEXT, roam_ignore_users: [''] }],
    ['users', { ...TEXT, env: 'too-long-label' }],
    ['users', { ...TEXT, users: ['carol'] }],
    ['chatgroups', { ...TEXT, users: ['carol'] }],
    ['chatgroups', { ...TEXT, need_group_ack: 'yes' }],
    ['chatrooms', { ...TEXT, chatroom_msg_level: 'urgent' }],
  ])('is the response of /messages/%s to %j', async (to, body) => {
    expect(await post(to, body)).toMatchObject({
      status: 400,
      body: {
        error: 'invalid_request_body',
        error_description: 'Request body is invalid. Please check body is correct.',
      },
    });
    expect(emulator.messages).toEqual([]);
  });
});

it('refuses the content type of an HTML form', async () => {
  expect((await post('users', TEXT, 'application/x-www-form-urlencoded')).status).toBe(415);
});

it('accepts targets that are named like properties of objects', async () => {
  const to = ['__proto__', 'constructor', 'toString'];
  expect(Object.keys((await post('users', { ...TEXT, to })).body['data'] as object)).toEqual(to.toReversed());
});

it('names the targets in another order than the request, as the service keeps none', async () => {
  const to = ['bob', 'carol', 'alice'];
  const { body } = await post('users', { ...TEXT, to });
  expect(Object.keys(body['data'] as object)).toEqual(['alice', 'carol', 'bob']);
  expect(emulator.messages.map(({ target }) => target)).toEqual(to);
});
