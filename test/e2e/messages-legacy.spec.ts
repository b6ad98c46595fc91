import { plainToInstance } from 'class-transformer';
import {
  ImageBody,
  ImageMessageDto,
  type Message,
  MESSAGE_TYPES,
  MessageDto,
  type MessageService,
  TextBody,
  TextMessageDto,
} from 'nestjs-easemob';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentedRequests } from '../support/document.js';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { registrations } from '../support/registrations.js';
import { textTo } from '../support/text-message.js';

const RESOURCE = '/easemob-demo/testapp/messages';
const text = (extra: object = {}): Message => ({ ...textTo('bob'), ...extra });
/** A message that a JavaScript caller can pass although the types forbid it. */
const untyped = (message: object): Message => message as Message;
const parsed = (json: string): Message => JSON.parse(json) as Message;

let app: EasemobTest;
afterEach(() => app.stop());

describe.each(registrations)('with $name an example of the send-message document', (registration) => {
  beforeEach(async () => {
    app = await startEasemob({}, {}, registration);
  });

  it.each(documentedRequests)('arrives as documented: $name', async ({ method, json, useMsgId }) => {
    const message = parsed(json);
    const send = app.messages[method].bind(app.messages) as MessageService['send'];
    const { outcomes, response } = await send(message, { useMsgId });

    const [request, ...others] = app.calls();
    expect(others).toEqual([]);
    expect(request).toMatchObject({ method: 'POST', path: RESOURCE, status: 200 });
    expect({ ...request?.query }).toEqual(useMsgId ? { useMsgId: 'true' } : {});
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${await app.tokens.getToken()}`,
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(request?.rawBody.toString('utf8')).toBe(JSON.stringify(JSON.parse(json)));
    expect(app.emulator.messages.map(({ target, msg }) => ({ target, msg }))).toEqual(
      message.target.map((target) => ({ target, msg: message.msg })),
    );
    expect(outcomes).toEqual(
      app.emulator.messages.map(({ target, id }) => ({
        target,
        status: 'sent',
        ...(useMsgId && { messageId: id }),
      })),
    );
    expect(response).toMatchObject({
      action: 'post',
      organization: 'easemob-demo',
      applicationName: 'testapp',
    });
  });

  it.each(documentedRequests)('arrives the same through send(): $name', async ({ json, useMsgId }) => {
    await app.messages.send(parsed(json), { useMsgId });
    expect(app.calls().map(({ body }) => body)).toEqual([JSON.parse(json)]);
  });
});

describe('a message', () => {
  beforeEach(async () => {
    app = await startEasemob();
  });

  it('requests message IDs unless useMsgId is false', async () => {
    await app.messages.send(text());
    await app.messages.send(text(), { useMsgId: false });
    expect(app.calls().map(({ query }) => query['useMsgId'])).toEqual(['true', undefined]);
  });

  it.each(documentedRequests)(
    'needs no msg.type in the method of its type: $name',
    async ({ method, json }) => {
      const { msg, ...envelope } = parsed(json);
      const { type: _type, ...fields } = msg;
      const send = app.messages[method].bind(app.messages) as MessageService['send'];
      await send(untyped({ ...envelope, msg: fields }));
      expect(app.calls()[0]?.body).toEqual(JSON.parse(json));
    },
  );

  it('of another type than the method is refused before the network', async () => {
    await expect(app.messages.sendImage(untyped(text()) as ImageMessageDto)).rejects.toMatchObject({
      name: 'EasemobValidationError',
      kind: 'validation',
      sent: 'no',
      attempts: 0,
    });
    expect(app.emulator.requests).toEqual([]);
  });

  it('without a type is refused by send() with the list of types', async () => {
    await expect(app.messages.send(untyped(text({ msg: { msg: 'hello' } })))).rejects.toThrow(
      `msg.type must be one of ${MESSAGE_TYPES.join(', ')}, got nothing`,
    );
    expect(app.emulator.requests).toEqual([]);
  });

  it.each(['roam_ignore_users', 'need_group_ack', 'chatroom_msg_level', 'env'] as const)(
    'is refused with %s, which only the current API knows',
    async (field) => {
      const values = {
        roam_ignore_users: ['carol'],
        need_group_ack: true,
        chatroom_msg_level: 'high',
        env: 'test1',
      } as const;
      await expect(app.messages.send(text({ [field]: values[field] }))).rejects.toMatchObject({
        name: 'EasemobValidationError',
        violations: [{ path: field, message: expect.stringContaining("api to 'current'") as string }],
      });
      expect(app.emulator.requests).toEqual([]);
    },
  );

  it.each<[string, Message]>([
    ['filled field by field', Object.assign(new TextMessageDto(), text())],
    [
      'with a body instance',
      Object.assign(new TextMessageDto(), text({ msg: Object.assign(new TextBody(), { msg: 'hello' }) })),
    ],
    ['made by class-transformer', plainToInstance(MessageDto, text())],
    ['with undefined fields', text({ from: undefined, ext: undefined, sync_device: undefined })],
    ['with a null prototype', Object.assign(Object.create(null) as object, text())],
  ])('is sent as a plain object when it is a DTO %s', async (_, message) => {
    await app.messages.send(message);
    expect(app.calls()[0]?.body).toEqual(text());
  });

  it('is sent with the result of an upload, without its uuid', async () => {
    const uploaded = await app.files.upload(Buffer.from('bytes'), {
      filename: 'box.jpg',
      restrictAccess: true,
    });
    app.emulator.reset();
    await app.messages.sendImage({
      target_type: 'users',
      target: ['bob'],
      msg: { ...uploaded, size: { width: 1, height: 2 } },
    });
    const body = Object.assign(new ImageBody(), uploaded);
    await app.messages.sendImage(Object.assign(new ImageMessageDto(), text({ msg: body })));
    const { url, secret, filename } = uploaded;
    expect(app.calls().map((request) => (request.body as Message).msg)).toEqual([
      { type: 'img', url, secret, filename, size: { width: 1, height: 2 } },
      { type: 'img', url, secret, filename },
    ]);
  });

  it('is sent with coordinates and event properties as strings', async () => {
    await app.messages.sendLocation({
      target_type: 'users',
      target: ['bob'],
      msg: { lat: 39.966, lng: -0.0000001, addr: '' },
    });
    await app.messages.sendCustom({
      target_type: 'users',
      target: ['bob'],
      msg: { customEvent: 'gift_1', customExts: { size: 16, free: false, name: 'flower' } },
    });
    expect(app.calls().map((request) => (request.body as Message).msg)).toEqual([
      { type: 'loc', lat: '39.966', lng: '-0.000000100000', addr: '' },
      { type: 'custom', customEvent: 'gift_1', customExts: { size: '16', free: 'false', name: 'flower' } },
    ]);
  });

  it('is not changed by a send', async () => {
    const uploaded = { url: 'u', uuid: 'x', filename: 'a' };
    const messages = [
      text({ ext: Object.freeze({ a: 1 }), msg: Object.freeze({ type: 'img', ...uploaded }) }),
      text({ msg: Object.freeze({ type: 'custom', customEvent: 'e', customExts: Object.freeze({ n: 1 }) }) }),
      text({
        msg: Object.freeze({ type: 'loc', lat: 1, lng: 2, addr: 'x' }),
        target: Object.freeze(['bob']),
      }),
    ].map((message) => Object.freeze(message));
    const before = structuredClone(messages);
    await Promise.all(messages.map((message) => app.messages.send(message)));
    expect(messages).toEqual(before);
    expect(app.calls()).toHaveLength(3);
  });

  it('arrives byte for byte with text of any script and any ext', async () => {
    const ext = {
      deep: { list: [1, 'two', false, null, {}] },
      em_apns_ext: { em_push_sound: 'a.caf' },
      键: '"\\\n',
    };
    const message = text({ msg: { type: 'txt', msg: '你好 😀 "quotes" \\ \u0000 \u2028 <b>' }, ext });
    await app.messages.send(message);
    expect(app.calls()[0]?.rawBody.toString('utf8')).toBe(JSON.stringify(message));
  });
});

describe('without validation', () => {
  beforeEach(async () => {
    app = await startEasemob({ validate: false });
  });

  it.each<[string, object, string]>([
    [
      'no target_type',
      { target: ['bob'], msg: { type: 'txt', msg: 'hello' } },
      'target_type must be provided',
    ],
    [
      'an unknown target_type',
      text({ target_type: 'all' }),
      "target_type can only be 'users' or 'chatgroups' or 'chatrooms'",
    ],
    ['an empty from', text({ from: '' }), "from can't be empty"],
    ['ext: null', text({ ext: null }), 'ext must be JSONObject'],
    ['no target', { target_type: 'users', msg: { type: 'txt', msg: 'hello' } }, 'target must be provided'],
    ['no msg', { target_type: 'users', target: ['bob'] }, 'msg must be provided'],
    [
      'an unknown type',
      text({ msg: { type: 'text', msg: 'hi' } }),
      `msg.type can only be one of ${MESSAGE_TYPES.join(', ')}`,
    ],
  ])('Easemob refuses %s', async (_, message, description) => {
    await expect(app.messages.send(untyped(message))).rejects.toMatchObject({
      name: 'EasemobApiError',
      kind: 'validation',
      status: 400,
      error: 'illegal_argument',
      exception: 'java.lang.IllegalArgumentException',
      description,
      sent: 'no',
      attempts: 1,
    });
    expect(app.calls().map(({ body, status }) => ({ body, status }))).toEqual([
      { body: message, status: 400 },
    ]);
    expect(app.emulator.messages).toEqual([]);
  });
});
