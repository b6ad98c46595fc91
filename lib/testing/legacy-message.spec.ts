import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { appAuthorization } from '../../test/support/app-authorization.js';
import { EasemobEmulator } from './index.js';
import { EMULATED_MESSAGE_TYPES } from './message.types.js';

let emulator: EasemobEmulator;
let authorization: string;

beforeAll(async () => {
  emulator = await EasemobEmulator.start({ limits: { rate: false } });
  authorization = await appAuthorization(emulator);
});

beforeEach(() => {
  emulator.reset();
});

afterAll(async () => {
  await emulator.stop();
});

const JSON_TYPE = 'application/json';
/** What curl sends with `-d` when the command line names no content type. */
const CURL_TYPE = 'application/x-www-form-urlencoded';
const FILES = 'https://a1.easemob.com/easemob-demo/testapp/chatfiles';
const SECRET = 'VfEpSmSvEeS7yU8dwa9rAQc-DIL2HhmpujTNfSTsrDt6eNb_';

interface PostResponse {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function post(body: string, contentType = JSON_TYPE, query = ''): Promise<PostResponse> {
  const response = await fetch(`${emulator.url}/easemob-demo/testapp/messages${query}`, {
    method: 'POST',
    headers: { authorization, 'content-type': contentType },
    body,
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

const TEXT = { target_type: 'users', target: ['bob'], msg: { type: 'txt', msg: 'hi' } };

function textWith(changes: object = {}): string {
  return JSON.stringify({ ...TEXT, ...changes });
}

function withMsg(msg: object): string {
  return JSON.stringify({ ...TEXT, msg });
}

describe('a sample of the vendor', () => {
  const samples = [
    [
      'txt',
      JSON_TYPE,
      '',
      `{"target_type": "users","target": ["user2","user3"],"msg": {"type": "txt","msg": "testmessage"},"from": "user1"}`,
    ],
    [
      'txt',
      JSON_TYPE,
      '?useMsgId=true',
      `{"target_type": "users","target": ["user2", "user3"],"msg": {"type": "txt","msg": "testmessage"},"from": "user1", "routetype":"ROUTE_ONLINE", "sync_device":true}`,
    ],
    [
      'img',
      CURL_TYPE,
      '',
      `{"target_type":"users","target":["user2"],"from":"user1","msg":{"type":"img","filename":"testimg.jpg","secret":"${SECRET}","url":"${FILES}/55f12940-64af-11e4-8a5b-ff2336f03252","size":{"width":480,"height":720}}}`,
    ],
    [
      'audio',
      CURL_TYPE,
      '',
      `{"target_type" : "users","target" : ["user2", "user3"],"msg" : {"type": "audio","url": "${FILES}/1dfc7f50-55c6-11e4-8a07-7d75b8fb3d42","filename": "testaudio.amr","length": 10,"secret": "Hfx_WlXGEeSdDW-SuX2EaZcXDC7ZEig3OgKZye9IzKOwoCjM"},"from" : "user1" }`,
    ],
    [
      'video',
      CURL_TYPE,
      '',
      `{"target_type":"users","target":["user2","user3"],"from":"user1","msg":{"type":"video","filename" : "testvideo.mp4","thumb" : "${FILES}/67279b20-7f69-11e4-8eee-21d3334b3a97","length" : 0,"secret":"${SECRET}","file_length" : 58103,"thumb_secret" : "ZyebKn9pEeSSfY03ROk7ND24zUf74s7HpPN1oMV-1JxN2O2I","url" : "${FILES}/671dfe30-7f69-11e4-ba67-8fef0d502f46"}}`,
    ],
    [
      'loc',
      JSON_TYPE,
      '',
      `{"target_type": "users","target": ["user2"],"msg": {"type": "loc","lat": "39.966","lng":"116.322","addr":"中国北京市海淀区中关村"},"from": "user1"}`,
    ],
    [
      'cmd',
      CURL_TYPE,
      '',
      `{"target_type":"users","target":["user2","user3"],"msg":{"type":"cmd","action":"action1"},"from":"user1"}`,
    ],
    [
      'custom',
      JSON_TYPE,
      '',
      `{ "target_type":"users", "target":["user2"], "msg":{"type":"custom", "customEvent":"gift_1", "customExts":{"name":"flower","size":"16","price":"100"}}, "from":"user1","ext":{"attr1":"test"}}`,
    ],
    [
      'txt',
      CURL_TYPE,
      '',
      `{"target_type":"users","target":["user2","user3"],"msg":{"type":"txt","msg":"testmessage"},"from":"user1","ext":{"attr1":"test"}}`,
    ],
    [
      'file',
      JSON_TYPE,
      '',
      `{"target_type":"users","target":["user2"],"from":"user1","msg":{"type":"file","filename":"a.pdf","secret":"s","url":"${FILES}/0f3c9a10"}}`,
    ],
  ] as const;

  it.each(samples)('of type %s, sent as %s %s, is delivered', async (type, contentType, query, json) => {
    const sample = JSON.parse(json) as { target: string[]; msg: object; ext?: object };
    const { status, body } = await post(json, contentType, query);
    expect(status).toBe(200);
    const results = emulator.messages.map(({ target, id }) => [target, query === '' ? 'success' : id]);
    expect(body).toEqual({
      path: '/messages',
      uri: `${emulator.url}/easemob-demo/testapp/messages`,
      timestamp: expect.any(Number) as number,
      organization: 'easemob-demo',
      application: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      action: 'post',
      data: Object.fromEntries(results) as Record<string, string>,
      duration: expect.any(Number) as number,
      applicationName: 'testapp',
    });
    expect(emulator.messages.map(({ target }) => target)).toEqual(sample.target);
    expect(emulator.messages[0]).toMatchObject({
      type,
      from: 'user1',
      msg: sample.msg,
      ...(sample.ext === undefined ? {} : { ext: sample.ext }),
      ...(query === '' ? { syncDevice: false } : { syncDevice: true, routetype: 'ROUTE_ONLINE' }),
    });
  });

  it('gets message IDs of 19 digits with useMsgId=true', async () => {
    await post(textWith(), JSON_TYPE, '?useMsgId=true');
    expect(emulator.messages[0]?.id).toMatch(/^\d{19}$/);
  });

  it('of a location is refused as the vendor prints it, with a stray dot', async () => {
    const { status, body } = await post(
      `{"target_type": "users","target": ["user2"],"msg": {"type": "loc","lat": "39.966","lng":"116.322",."addr":"x"}}`,
    );
    expect([status, body['error'], body['exception']]).toEqual([
      400,
      'json_parse',
      'org.codehaus.jackson.JsonParseException',
    ]);
    expect(body['error_description']).toMatch(
      /^Unexpected character \('\.' \(code 46\)\): was expecting double-quote to start field name\n at \[Source: .*; line: 1, column: \d+\]$/,
    );
  });
});

describe('the emulator accepts', () => {
  it.each([
    ['fields that only the current API has', textWith({ need_group_ack: 'x', env: '????????????' })],
    ['nested values in ext', textWith({ ext: { em_apns_ext: { em_push_content: 'x' } } })],
    ['coordinates of any decimal form', withMsg({ type: 'loc', lat: '-.5', lng: '+1.8E2', addr: '' })],
    ['600 targets of any kind', textWith({ target_type: 'chatrooms', target: ids(600) })],
    ['16 custom extensions', withMsg({ type: 'custom', customEvent: 'a-Z_9/.', customExts: exts(16) })],
    ['an image with its URL alone', withMsg({ type: 'img', url: '0f3c9a10' })],
  ])('%s', async (_case, body) => {
    expect((await post(body)).status).toBe(200);
  });

  it('targets that are named like properties of objects', async () => {
    const target = ['__proto__', 'constructor', 'toString'];
    for (const query of ['', '?useMsgId=true']) {
      // oxlint-disable-next-line no-await-in-loop -- the second request is compared with the first
      const { body } = await post(textWith({ target }), JSON_TYPE, query);
      expect(Object.keys(body['data'] as object)).toEqual(target.toReversed());
    }
  });
});

it('names the targets in another order than the request, as the service keeps none', async () => {
  const target = ['bob', 'carol', 'alice', 'dave'];
  const { body } = await post(textWith({ target }), JSON_TYPE, '?useMsgId=true');
  const data = body['data'] as Record<string, string>;
  expect(Object.keys(data)).toEqual(['dave', 'alice', 'carol', 'bob']);
  expect(emulator.messages.map(({ target: each, id }) => [each, id])).toEqual(
    target.map((each) => [each, data[each]]),
  );
});

function ids(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `u${index}`);
}

function exts(size: number): Record<string, string> {
  return Object.fromEntries(ids(size).map((id) => [id, 'v']));
}

describe('the error illegal_argument', () => {
  const rows: [body: string, text: string][] = [
    ['[]', 'this is an invalid request.'],
    [textWith({ target_type: undefined }), 'target_type must be provided'],
    [textWith({ target_type: 'user' }), "target_type can only be 'users' or 'chatgroups' or 'chatrooms'"],
    [textWith({ target: undefined }), 'target must be provided'],
    [textWith({ target: 'bob' }), 'target must be a list of non-empty strings'],
    [textWith({ target: [1] }), 'target must be a list of non-empty strings'],
    [textWith({ target: ['bob', ''] }), 'target must be a list of non-empty strings'],
    [textWith({ target: [] }), "target can't be empty"],
    [textWith({ from: '' }), "from can't be empty"],
    [textWith({ from: 1 }), 'from must be a string'],
    [textWith({ from: null }), 'from must be a string'],
    [textWith({ sync_device: 'true' }), 'sync_device must be a boolean'],
    [textWith({ sync_device: null }), 'sync_device must be a boolean'],
    [textWith({ routetype: 'ROUTE_TYPE' }), 'routetype can only be ROUTE_ONLINE'],
    [textWith({ routetype: null }), 'routetype can only be ROUTE_ONLINE'],
    [textWith({ ext: null }), 'ext must be JSONObject'],
    [textWith({ ext: [] }), 'ext must be JSONObject'],
    [textWith({ msg: undefined }), 'msg must be provided'],
    [textWith({ msg: 'hi' }), 'msg must be JSONObject'],
    [withMsg({ msg: 'hi' }), `msg.type can only be one of ${EMULATED_MESSAGE_TYPES.join(', ')}`],
    [withMsg({ type: '__proto__' }), `msg.type can only be one of ${EMULATED_MESSAGE_TYPES.join(', ')}`],
    [withMsg({ type: 'txt' }), 'msg.msg must be provided'],
    [withMsg({ type: 'txt', msg: 1 }), 'msg.msg must be a string'],
    [withMsg({ type: 'img' }), 'msg.url must be provided'],
    [withMsg({ type: 'img', url: '' }), 'msg.url must be a non-empty string'],
    [
      withMsg({ type: 'img', url: 'u', size: { width: '1' } }),
      'msg.size must have a width and a height in numbers of 0 or more',
    ],
    [withMsg({ type: 'img', url: 'u', filename: null }), 'msg.filename must be a string'],
    [withMsg({ type: 'audio', url: 'u', length: '7' }), 'msg.length must be an integer of 0 or more'],
    [withMsg({ type: 'audio', url: 'u', length: 7.5 }), 'msg.length must be an integer of 0 or more'],
    [
      withMsg({ type: 'video', url: 'u', file_length: -1 }),
      'msg.file_length must be an integer of 0 or more',
    ],
    [withMsg({ type: 'video', url: 'u', thumb: 1 }), 'msg.thumb must be a string'],
    [withMsg({ type: 'file', filename: 'a' }), 'msg.url must be provided'],
    [withMsg({ type: 'loc', lat: '1', lng: '2' }), 'msg.addr must be provided'],
    [
      withMsg({ type: 'loc', lat: 1.5, lng: '2', addr: '' }),
      'msg.lat must be a string of decimal degrees from -90 to 90',
    ],
    [
      withMsg({ type: 'loc', lat: '1', lng: '180.1', addr: '' }),
      'msg.lng must be a string of decimal degrees from -180 to 180',
    ],
    [
      withMsg({ type: 'loc', lat: true, lng: '2', addr: '' }),
      'msg.lat must be a string of decimal degrees from -90 to 90',
    ],
    [withMsg({ type: 'cmd' }), 'msg.action must be provided'],
    [withMsg({ type: 'custom' }), 'msg.customEvent must be provided'],
    [withMsg({ type: 'custom', customEvent: 'a b' }), 'msg.customEvent must match [a-zA-Z0-9-_/\\.]{1,32}'],
    [
      withMsg({ type: 'custom', customEvent: 'a'.repeat(33) }),
      'msg.customEvent must match [a-zA-Z0-9-_/\\.]{1,32}',
    ],
    [
      withMsg({ type: 'custom', customEvent: 'a', customExts: exts(17) }),
      'msg.customExts must be a map of at most 16 strings',
    ],
    [
      withMsg({ type: 'custom', customEvent: 'a', customExts: { size: 16 } }),
      'msg.customExts must be a map of at most 16 strings',
    ],
    [
      withMsg({ type: 'custom', customEvent: 'a', customExts: [] }),
      'msg.customExts must be a map of at most 16 strings',
    ],
  ];

  it.each(rows.map(([body, text]) => [text, body]))(
    'has the text %s for %s',
    async (error_description, body) => {
      const response = await post(body);
      expect(response.status).toBe(400);
      expect(response.body).toEqual({
        error: 'illegal_argument',
        exception: 'java.lang.IllegalArgumentException',
        timestamp: expect.any(Number) as number,
        duration: expect.any(Number) as number,
        error_description,
      });
      expect(emulator.messages).toEqual([]);
    },
  );

  it('is the response to 601 targets', async () => {
    expect(await post(textWith({ target: ids(601) }))).toMatchObject({
      status: 400,
      body: { error: 'illegal_argument', error_description: "params target's size can't exceed limit 600" },
    });
    expect(emulator.messages).toEqual([]);
  });
});

/** Pads a request with spaces, which count as bytes of the request and not of the message. */
function padded(body: object, bytes: number): string {
  return JSON.stringify(body).padEnd(bytes, ' ');
}

/** A text whose `msg` and `ext` together have this many bytes, mostly of three-byte characters. */
function textOf(bytes: number, msg: { type: string; msg?: string } = { type: 'txt', msg: '' }): string {
  const ext = { note: '' };
  const room = bytes - JSON.stringify(msg).length - JSON.stringify(ext).length;
  return textWith({ msg, ext: { note: '信'.repeat(Math.floor(room / 3)) + 'x'.repeat(room % 3) } });
}

describe('the size of a request', () => {
  const cmd = { ...TEXT, msg: { type: 'cmd', action: 'a' } };

  it.each([
    [200, 'a text of 50 KB', padded(TEXT, 51_200)],
    [413, 'a text of 50 KB and a byte', padded(TEXT, 51_201)],
    [200, 'any other type with 5 KB', padded(cmd, 5120)],
    [413, 'any other type with 5 KB and a byte', padded(cmd, 5121)],
    [413, 'broken JSON of more than 50 KB', '{'.repeat(51_201)],
  ])('gets %i for %s', async (status, _case, body) => {
    const response = await post(body);
    expect([response.status, status === 413 ? response.body : {}]).toEqual([status, {}]);
  });

  it('may be 40 KB for a text and its ext, and not a byte more', async () => {
    expect((await post(textOf(40_960))).status).toBe(200);
    expect(await post(textOf(40_961))).toMatchObject({
      status: 400,
      body: { error: 'illegal_argument', error_description: 'message is too large' },
    });
  });

  it('may be 4 KB for a location and its ext, and not a byte more', async () => {
    const loc = { type: 'loc', lat: '1', lng: '2', addr: '' };
    expect((await post(textOf(4096, loc))).status).toBe(200);
    expect((await post(textOf(4097, loc))).body['error_description']).toBe('message is too large');
  });
});

describe('the content type', () => {
  it.each([
    ['application/json; charset=utf-8', 200],
    ['Application/JSON', 200],
    ['text/plain', 415],
    ['multipart/form-data; boundary=x', 415],
  ])('%s gets %i', async (contentType, status) => {
    expect((await post(textWith(), contentType)).status).toBe(status);
  });

  it('gets 415 when it is missing', async () => {
    const response = await fetch(`${emulator.url}/easemob-demo/testapp/messages`, {
      method: 'POST',
      headers: { authorization },
      body: Buffer.from(textWith()),
    });
    expect([response.status, await response.json()]).toMatchObject([415, { error: 'web_application' }]);
  });
});

it('refuses an empty body as incomplete JSON', async () => {
  expect(await post('')).toMatchObject({
    status: 400,
    body: { error: 'json_parse', error_description: 'No content to map to Object due to end of input' },
  });
});
