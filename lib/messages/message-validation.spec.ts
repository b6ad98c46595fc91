import { plainToInstance } from 'class-transformer';
import { MaxLength, validateSync, type ValidationError } from 'class-validator';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Violation } from '../errors/index.js';
import { CustomBody, CustomMessageDto } from './dto/custom-message.dto.js';
import { MESSAGE_TYPES, type MessageType } from './dto/message-types.js';
import { MessageDto } from './dto/message.dto.js';
import { TextBody, TextMessageDto } from './dto/text-message.dto.js';
import { validateMessage } from './message-validation.js';

const envelope = { target_type: 'users', target: ['bob'] };
const text = (extra: object = {}) => ({ ...envelope, msg: { type: 'txt', msg: 'hi' }, ...extra });
const body = (type: string, fields: object) => ({ ...envelope, msg: { type, ...fields } });
const file = { url: 'https://a1.easemob.com/acme/shop/chatfiles/0f3c9a10' };
const place = { lat: '39.966', lng: 116.322, addr: '' };
const entries = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n]));

function violationsIn(message: unknown, expectedType?: MessageType): readonly Violation[] {
  const violations = validateMessage(message, expectedType);
  if (violations instanceof Promise) throw new Error('No constraint is asynchronous.');
  return violations;
}

/** Every text of class-validator, which escapes the tokens that it would replace. */
function textsOf(errors: readonly ValidationError[], parent = ''): string[] {
  return errors.flatMap((error) => [
    ...Object.values(error.constraints ?? {}).map((each) => parent + each),
    ...textsOf(error.children ?? [], `${parent}${error.property}.`),
  ]);
}

const ENVELOPE_FIELDS = [
  'target_type',
  'target',
  'from',
  'sync_device',
  'routetype',
  'ext',
  'roam_ignore_users',
  'need_group_ack',
  'chatroom_msg_level',
  'env',
];
const BODY_FIELDS = [
  'msg',
  'url',
  'uuid',
  'filename',
  'secret',
  'size',
  'length',
  'file_length',
  'thumb',
  'thumb_secret',
  'lat',
  'lng',
  'addr',
  'action',
  'customEvent',
  'customExts',
];

describe('validateMessage', () => {
  it.each<[string, object]>([
    ['an empty text', text({ msg: { type: 'txt', msg: '' } })],
    ['undefined optional fields', text({ from: undefined, ext: undefined, routetype: undefined })],
    [
      'the fields of the current API',
      text({
        roam_ignore_users: [],
        need_group_ack: false,
        chatroom_msg_level: 'low',
        env: 'Test2',
      }),
    ],
    ['user IDs that are names of object members', text({ target: ['__proto__', 'constructor', 'toString'] })],
    [
      'more targets than the document allows, which the caller counts',
      text({ target: Array(601).fill('x') }),
    ],
    ['fields without constraints', { ...text({ later: 1 }), msg: { type: 'txt', msg: 'hi', later: {} } }],
    [
      'own members named __proto__ and constructor',
      JSON.parse(
        '{"__proto__":{"from":""},"constructor":1,"target_type":"users","target":["bob"],"msg":{"__proto__":1,"constructor":1,"type":"txt","msg":"hi"}}',
      ) as object,
    ],
    ['an object without a prototype', Object.assign(Object.create(null), text()) as object],
    ['an image by UUID', body('img', { url: '0f3c9a10-aaaa', uuid: '0f3c9a10-aaaa', size: { width: 0 } })],
    ['a voice message of no length', body('audio', { ...file, length: 0, file_length: 0 })],
    ['a video without a thumbnail', body('video', { ...file, secret: undefined, length: 1.5 })],
    ['a file', body('file', { ...file, filename: '', secret: '', file_length: 12 })],
    ['a location', body('loc', place)],
    ['a location at the limits', body('loc', { ...place, lat: -90, lng: '+180.0' })],
    [
      'a custom message of 16 attributes',
      body('custom', { customEvent: 'a/b_c-d.1', customExts: entries(16) }),
    ],
    ['a custom message without attributes', body('custom', { customEvent: 'x'.repeat(32) })],
  ])('finds nothing in %s', (_, message) => {
    expect(violationsIn(message)).toEqual([]);
  });

  it.each<[string, object]>([
    [
      'target_type must be one of users, chatgroups, chatrooms, got the string "user";',
      text({ target_type: 'user' }),
    ],
    [
      'target_type must be one of users, chatgroups, chatrooms, got an array;',
      text({ target_type: ['users'] }),
    ],
    [
      'target must be an array of 1 to 600 non-empty strings, got a string; put even a single target into an array',
      text({ target: 'bob' }),
    ],
    [
      'ext must be an object, got a string; pass the object itself, or JSON.parse the text first',
      text({ ext: ' {"attr1":"test"}' }),
    ],
    ['ext must be an object, got a string; leave it out when there is no extension', text({ ext: 'test' })],
    [
      'msg.customExts must be a plain object of at most 16 entries, got a string; pass the object itself, or',
      { ...envelope, msg: { type: 'custom', customEvent: 'gift', customExts: '{"name":"flower"}' } },
    ],
    ['target must be an array of 1 to 600 non-empty strings, got an empty array;', text({ target: [] })],
    ['target must be an array of 1 to 600 non-empty strings, got a Set;', text({ target: new Set(['bob']) })],
    [
      'target.1 must be a non-empty string, got a number; put the number into quotes',
      text({ target: ['bob', 7] }),
    ],
    ['target.0 must be a non-empty string, got nothing; remove this entry', text({ target: Array(2) })],
    [
      'from must be a non-empty string, got an empty string; leave it out to send as admin',
      text({ from: '' }),
    ],
    ['from must be a non-empty string, got null;', text({ from: null })],
    ['sync_device must be true or false, got a string;', text({ sync_device: 'true' })],
    ['routetype must be "ROUTE_ONLINE", got the string "ONLINE";', text({ routetype: 'ONLINE' })],
    ['ext must be an object, got null; leave it out when there is no extension', text({ ext: null })],
    ['ext must be an object, got an empty array;', text({ ext: [] })],
    ['ext.order.id must be a value that JSON can carry, got a bigint;', text({ ext: { order: { id: 1n } } })],
    ['ext.$target must be a value that JSON can carry, got NaN;', text({ ext: { $target: NaN } })],
    [
      'roam_ignore_users must have at most 20 entries, got 21;',
      text({ roam_ignore_users: Array(21).fill('x') }),
    ],
    [
      'roam_ignore_users.0 must be a non-empty string, got an empty string;',
      text({ roam_ignore_users: [''] }),
    ],
    [
      'roam_ignore_users must be an array of at most 20 non-empty strings, got a string;',
      text({ roam_ignore_users: 'x' }),
    ],
    ['need_group_ack must be true or false, got a number;', text({ need_group_ack: 1 })],
    [
      'chatroom_msg_level must be one of high, normal, low, got the string "top";',
      text({ chatroom_msg_level: 'top' }),
    ],
    ['env must be 1 to 8 letters or digits, got the string "test-123";', text({ env: 'test-123' })],
    ['msg.msg must be a string, got a number;', body('txt', { msg: 1 })],
    ['msg.url must be a non-empty string, got nothing; upload the file first', body('img', {})],
    [
      'msg.size must be an object with width and height, got an array;',
      body('img', { ...file, size: [1, 2] }),
    ],
    [
      'msg.size.height must be a number of pixels, 0 or more, got a string;',
      body('img', { ...file, size: { height: '1' } }),
    ],
    ['msg.filename must be a string, got null;', body('file', { ...file, filename: null })],
    ['msg.secret must be a string, got a number;', body('file', { ...file, secret: 5 })],
    [
      'msg.length must be a number of seconds, 0 or more, got a negative number;',
      body('audio', { ...file, length: -1 }),
    ],
    [
      'msg.file_length must be a number of bytes, 0 or more, got an infinite number;',
      body('video', { ...file, file_length: Infinity }),
    ],
    ['msg.thumb must be a string, got an object;', body('video', { ...file, thumb: {} })],
    ['msg.thumb_secret must be a string, got an array;', body('video', { ...file, thumb_secret: [1] })],
    [
      'msg.lat must be a number of degrees from -90 to 90, or such a number as a string, got a number beyond that;',
      body('loc', { ...place, lat: 90.1 }),
    ],
    [
      'msg.lng must be a number of degrees from -180 to 180, or such a number as a string, got a string that is not a number;',
      body('loc', { ...place, lng: '116°' }),
    ],
    [
      'msg.lat must be a number of degrees from -90 to 90, or such a number as a string, got an empty string;',
      body('loc', { ...place, lat: '' }),
    ],
    ['msg.addr must be a string, got nothing;', body('loc', { ...place, addr: undefined })],
    ['msg.action must be a string, got a number;', body('cmd', { action: 1 })],
    [
      'msg.customEvent must be 1 to 32 letters, digits, "-", "_", "/" or ".", got the string "gift 1";',
      body('custom', { customEvent: 'gift 1' }),
    ],
    [
      'msg.customEvent must be 1 to 32 letters, digits, "-", "_", "/" or ".", got nothing;',
      body('custom', {}),
    ],
    [
      'msg.customExts must have at most 16 entries, got 17;',
      body('custom', { customEvent: 'x', customExts: entries(17) }),
    ],
    [
      'msg.customExts.size must be a string, a finite number or a boolean, got an object;',
      body('custom', { customEvent: 'x', customExts: { size: {} } }),
    ],
    [
      'msg.customExts must be a plain object of at most 16 entries, got a Map;',
      body('custom', { customEvent: 'x', customExts: new Map() }),
    ],
    [
      `msg.type must be one of ${MESSAGE_TYPES.join(', ')}, got the string "constructor";`,
      body('constructor', {}),
    ],
    ['msg must be an object with the fields of the message type', text({ msg: 'hi' })],
    [
      'msg must be an object with the fields of the message type',
      text({ msg: [{ type: 'txt', msg: 'hi' }] }),
    ],
    ['msg must be an object with the fields of the message type', text({ msg: null })],
    ['msg must be an object with the fields of the message type', text({ msg: () => ({}) })],
  ])('reports: %s', (start, message) => {
    const violations = violationsIn(message);
    expect(violations).toHaveLength(1);
    expect(violations[0]?.message.slice(0, start.length)).toBe(start);
    expect(violations[0]?.path).toBe(start.slice(0, start.indexOf(' must ')));
  });

  it.each([null, undefined, 'hi', 7, true, [], () => ({})])('refuses %j, which is no message', (message) => {
    expect(violationsIn(message)).toMatchObject([{ path: 'message' }]);
  });

  it('reports every broken field once', () => {
    const paths = violationsIn({ target: [''], from: '', msg: { type: 'loc' } }).map(({ path }) => path);
    expect(paths.toSorted()).toEqual(['from', 'msg.addr', 'msg.lat', 'msg.lng', 'target.0', 'target_type']);
  });

  it('never shows a secret', () => {
    const secret = ['shr-top-secret'];
    const message = body('video', { ...file, secret, thumb_secret: secret });
    expect(JSON.stringify(violationsIn(message))).not.toContain('shr-top-secret');
  });

  it.each<[string, object, MessageType, string[]]>([
    ['a missing type', { ...envelope, msg: { msg: 'hi' } }, 'txt', []],
    ['an undefined type', { ...envelope, msg: { type: undefined, msg: 'hi' } }, 'txt', []],
    ['the type', text(), 'txt', []],
    ['another type', body('cmd', { action: 'x', msg: 'hi' }), 'txt', ['msg.type']],
    ['the wrong fields', { ...envelope, msg: { msg: 'hi' } }, 'cmd', ['msg.action']],
    [
      'an instance of another type',
      Object.assign(new TextMessageDto(), text()),
      'cmd',
      ['msg.type', 'msg.action'],
    ],
  ])('with an expected type, validates %s', (_, message, type, paths) => {
    expect(
      violationsIn(message, type)
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual(paths.toSorted());
  });

  it('validates instances and plain objects, in any mixture, alike', () => {
    const attributes = { customEvent: 'gift', customExts: { a: {} } };
    const instance = Object.assign(new CustomBody(), attributes);
    const messages = [
      body('custom', attributes),
      { ...envelope, msg: instance },
      Object.assign(new CustomMessageDto(), envelope, { msg: instance }),
      Object.assign(new CustomMessageDto(), envelope, { msg: { type: 'custom', ...attributes } }),
      Object.assign(new MessageDto(), envelope, { msg: instance }),
    ];
    const [first, ...others] = messages.map((message) => violationsIn(message));
    expect(first).toMatchObject([{ path: 'msg.customExts.a' }]);
    for (const other of others) expect(other).toEqual(first);
  });

  it('changes neither the message nor its parts', () => {
    const ext = Object.freeze({ a: Object.freeze([1]) });
    const message = Object.freeze({ ...text({ ext }), msg: Object.freeze({ msg: 'hi' }) });
    const before = JSON.stringify(message);
    expect(violationsIn(message, 'txt')).toEqual([]);
    expect(JSON.stringify(message)).toBe(before);
  });

  it('applies the constraints of a DTO that the application derived', () => {
    class LoudText extends TextBody {
      @MaxLength(2, { message: 'msg must have at most 2 characters' })
      declare msg: string;
    }
    class Loud extends TextMessageDto {}
    const loud = (msg: string) =>
      Object.assign(new Loud(), envelope, { msg: Object.assign(new LoudText(), { msg }) });
    expect(violationsIn(loud('hi'))).toEqual([]);
    expect(violationsIn(loud('hello'))).toMatchObject([{ path: 'msg.msg' }]);
  });

  it('finds in a plain message what class-validator finds in the DTO, each fault once', () => {
    const value = fc.oneof(
      fc.constantFrom<unknown>(
        undefined,
        null,
        '',
        'users',
        'txt',
        'ROUTE_ONLINE',
        '39.966',
        0,
        1.5,
        -1,
        181,
        Infinity,
        true,
        [],
        ['bob'],
        ['bob', 7],
        {},
        { width: -1 },
        'high',
      ),
      fc.string(),
      fc.array(fc.string(), { maxLength: 3 }),
      fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }),
    );
    const fields = (names: readonly string[]) =>
      fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] });
    fc.assert(
      fc.property(
        fields(ENVELOPE_FIELDS),
        fields(BODY_FIELDS),
        fc.constantFrom(...MESSAGE_TYPES, 'nonsense', undefined),
        (outer, inner, type) => {
          const message = { ...envelope, ...outer, msg: { type, ...inner } };
          const expected = textsOf(validateSync(plainToInstance(MessageDto, message)));
          const found = violationsIn(message).map(({ message: said }) =>
            said.replaceAll('$', String.raw`\u0024`),
          );
          expect(found.toSorted()).toEqual(expected.toSorted());
        },
      ),
      { numRuns: 1000 },
    );
  });
});
