import { plainToInstance } from 'class-transformer';
import { type Message, MessageDto } from 'nestjs-easemob';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentedRequests } from '../support/document.js';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { registrations } from '../support/registrations.js';

const RESOURCE = '/easemob-demo/testapp/messages';
const FILES = 'https://a1.easemob.com/acme/shop/chatfiles';
const toBob = { target_type: 'users', target: ['bob'], from: 'alice' } as const;

/** A message of this package, and the request that must arrive. */
const EXAMPLES: readonly [name: string, message: Message, route: string, body: object][] = [
  [
    'txt',
    { ...toBob, msg: { type: 'txt', msg: 'Your order shipped' } },
    'users',
    { from: 'alice', to: ['bob'], type: 'txt', body: { msg: 'Your order shipped' } },
  ],
  [
    'img',
    {
      ...toBob,
      msg: {
        type: 'img',
        url: `${FILES}/1`,
        secret: 'shr-A1',
        filename: 'box.jpg',
        size: { width: 640, height: 480 },
      },
    },
    'users',
    {
      from: 'alice',
      to: ['bob'],
      type: 'img',
      body: { url: `${FILES}/1`, secret: 'shr-A1', filename: 'box.jpg', size: { width: 640, height: 480 } },
    },
  ],
  [
    'audio',
    {
      ...toBob,
      msg: { type: 'audio', url: `${FILES}/2`, secret: 'shr-A2', filename: 'note.amr', length: 7 },
    },
    'users',
    {
      from: 'alice',
      to: ['bob'],
      type: 'audio',
      body: { url: `${FILES}/2`, secret: 'shr-A2', filename: 'note.amr', length: 7 },
    },
  ],
  [
    'video',
    {
      ...toBob,
      msg: {
        type: 'video',
        url: `${FILES}/3`,
        secret: 'shr-A3',
        filename: 'demo.mp4',
        length: 12,
        file_length: 734_003,
        thumb: `${FILES}/4`,
        thumb_secret: 'shr-A4',
      },
    },
    'users',
    {
      from: 'alice',
      to: ['bob'],
      type: 'video',
      body: {
        url: `${FILES}/3`,
        secret: 'shr-A3',
        filename: 'demo.mp4',
        length: 12,
        file_length: 734_003,
        thumb: `${FILES}/4`,
        thumb_secret: 'shr-A4',
      },
    },
  ],
  [
    'file',
    { ...toBob, msg: { type: 'file', url: `${FILES}/5`, secret: 'shr-A5', filename: 'invoice.pdf' } },
    'users',
    {
      from: 'alice',
      to: ['bob'],
      type: 'file',
      body: { url: `${FILES}/5`, secret: 'shr-A5', filename: 'invoice.pdf' },
    },
  ],
  [
    'loc',
    { ...toBob, msg: { type: 'loc', lat: '31.2304', lng: 121.4737, addr: 'Warehouse 3' } },
    'users',
    {
      from: 'alice',
      to: ['bob'],
      type: 'loc',
      body: { lat: '31.2304', lng: '121.4737', addr: 'Warehouse 3' },
    },
  ],
  [
    'cmd',
    { ...toBob, msg: { type: 'cmd', action: 'refresh-cart' } },
    'users',
    { from: 'alice', to: ['bob'], type: 'cmd', body: { action: 'refresh-cart' } },
  ],
  [
    'custom',
    { ...toBob, msg: { type: 'custom', customEvent: 'coupon_v1', customExts: { code: 'SPRING', off: 10 } } },
    'users',
    {
      from: 'alice',
      to: ['bob'],
      type: 'custom',
      body: { customEvent: 'coupon_v1', customExts: { code: 'SPRING', off: '10' } },
    },
  ],
  [
    'txt to a chat group',
    {
      target_type: 'chatgroups',
      target: ['268400000000001'],
      from: 'alice',
      msg: { type: 'txt', msg: 'hi all' },
      need_group_ack: false,
      roam_ignore_users: ['carol'],
      sync_device: true,
      routetype: 'ROUTE_ONLINE',
      env: 'test1',
      ext: { orderId: 'A-77', em_force_notification: true },
    },
    'chatgroups',
    {
      from: 'alice',
      to: ['268400000000001'],
      type: 'txt',
      body: { msg: 'hi all' },
      need_group_ack: false,
      roam_ignore_users: ['carol'],
      sync_device: true,
      routetype: 'ROUTE_ONLINE',
      env: 'test1',
      ext: { orderId: 'A-77', em_force_notification: true },
    },
  ],
  [
    'txt to a chat room',
    {
      target_type: 'chatrooms',
      target: ['268400000000002'],
      from: 'alice',
      msg: { type: 'txt', msg: 'sale starts' },
      chatroom_msg_level: 'high',
    },
    'chatrooms',
    {
      from: 'alice',
      to: ['268400000000002'],
      type: 'txt',
      chatroom_msg_level: 'high',
      body: { msg: 'sale starts' },
    },
  ],
];

let app: EasemobTest;
afterEach(() => app.stop());

describe.each(registrations)('with $name, the current API', (registration) => {
  beforeEach(async () => {
    app = await startEasemob({ api: 'current' }, {}, registration);
  });

  it.each(EXAMPLES)('gets the documented request: %s', async (_, message, route, body) => {
    const { outcomes, response } = await app.messages.send(message);
    const [request, ...others] = app.calls();
    expect(others).toEqual([]);
    expect(request).toMatchObject({ method: 'POST', path: `${RESOURCE}/${route}`, status: 200 });
    expect(request?.query).toEqual({});
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${await app.tokens.getToken()}`,
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(request?.body).toEqual(body);
    expect(response.path).toBe(`/messages/${route}`);
    expect(outcomes).toEqual([
      { target: message.target[0], status: 'sent', messageId: app.emulator.messages[0]?.id },
    ]);
  });
});

describe('the current API', () => {
  beforeEach(async () => {
    app = await startEasemob({ api: 'current' });
  });

  it.each(documentedRequests)('takes an example of the send-message document: $name', async ({ json }) => {
    const message = JSON.parse(json) as Message;
    const { target, target_type, msg, ...others } = message;
    const { type, ...body } = msg;
    for (const each of [message, plainToInstance(MessageDto, message)]) {
      // oxlint-disable-next-line no-await-in-loop -- one request after the other
      await app.messages.send(each, { useMsgId: false });
    }
    const expected = {
      path: `${RESOURCE}/${target_type}`,
      query: {},
      body: { to: target, type, body, ...others },
    };
    expect(
      app.calls().map(({ path, query, body: arrived }) => ({ path, query: { ...query }, body: arrived })),
    ).toEqual([expected, expected]);
  });

  it('responds with message IDs whatever useMsgId is', async () => {
    const message: Message = { ...toBob, msg: { type: 'txt', msg: 'hi' } };
    const { outcomes } = await app.messages.send(message, { useMsgId: false });
    expect(outcomes[0]?.messageId).toBe(app.emulator.messages[0]?.id);
    expect(outcomes[0]?.messageId).toMatch(/^\d{19}$/);
  });

  it('gets the result of an upload without its uuid', async () => {
    const uploaded = await app.files.upload(Buffer.from('bytes'), { filename: 'box.jpg' });
    app.emulator.reset();
    await app.messages.sendImage({ ...toBob, msg: { ...uploaded, size: { width: 1, height: 2 } } });
    expect(app.calls()[0]?.body).toEqual({
      from: 'alice',
      to: ['bob'],
      type: 'img',
      body: { url: uploaded.url, filename: 'box.jpg', size: { width: 1, height: 2 } },
    });
  });

  it.each([
    ['sync_device', true, 'chatrooms'],
    ['routetype', 'ROUTE_ONLINE', 'chatrooms'],
    ['need_group_ack', true, 'users'],
    ['need_group_ack', true, 'chatrooms'],
    ['chatroom_msg_level', 'high', 'users'],
    ['chatroom_msg_level', 'high', 'chatgroups'],
  ] as const)('is not asked for %s: %j of %s', async (field, value, target_type) => {
    const fields = { target_type, target: ['1'], msg: { type: 'txt', msg: 'hi' } } as const;
    await expect(app.messages.send({ ...fields, [field]: value })).rejects.toMatchObject({
      name: 'EasemobValidationError',
      kind: 'validation',
      violations: [{ path: field, message: expect.stringContaining(target_type) as string }],
    });
    expect(app.emulator.requests).toEqual([]);
  });

  it('gets no field twice that a message happens to have under its name', async () => {
    const message = {
      ...toBob,
      msg: { type: 'txt', msg: 'hi' },
      ext: { to: 'x', type: 'y', body: 'z' },
    } as const;
    await app.messages.send(message);
    expect(app.calls()[0]?.rawBody.toString('utf8')).toBe(
      '{"to":["bob"],"type":"txt","body":{"msg":"hi"},"from":"alice","ext":{"to":"x","type":"y","body":"z"}}',
    );
  });
});

describe('the current API without validation', () => {
  beforeEach(async () => {
    app = await startEasemob({ api: 'current', validate: false });
  });

  it.each<[string, object, object]>([
    [
      'an empty from',
      { from: '' },
      { error: 'message_send_error', errorCode: 14001, description: "param from can't be empty" },
    ],
    [
      'no target',
      { target: undefined },
      { error: 'message_send_error', errorCode: 14002, description: "param to can't be empty" },
    ],
    ['no msg', { msg: undefined }, { error: 'message_send_error', description: "param type can't be empty" }],
    [
      'ext: null',
      { ext: null },
      { error: 'message_send_error', description: 'param ext must be JSONObject' },
    ],
    ['a wrong type', { msg: { type: 'text', msg: 'hi' } }, { error: 'invalid_request_body' }],
    ['no content', { msg: { type: 'txt' } }, { error: 'message_send_error', errorCode: 14005 }],
  ])('refuses %s itself', async (_, change, refusal) => {
    const message = { ...toBob, msg: { type: 'txt', msg: 'hi' }, ...change } as Message;
    await expect(app.messages.send(message)).rejects.toMatchObject({
      name: 'EasemobApiError',
      kind: 'validation',
      status: 400,
      sent: 'no',
      attempts: 1,
      ...refusal,
    });
    expect(app.calls().map(({ status }) => status)).toEqual([400]);
  });

  it('has no route for an unknown kind of target, and nothing goes to users instead', async () => {
    const message = {
      ...toBob,
      target_type: '../token',
      msg: { type: 'txt', msg: 'hi' },
    } as unknown as Message;
    const refusal = { kind: 'unsupported', status: 500, error: 'web_application', sent: 'no' };
    await expect(app.messages.send(message)).rejects.toMatchObject(refusal);
    expect(app.calls().map(({ path }) => path)).toEqual([`${RESOURCE}/..%2Ftoken`]);
  });
});
