import type { EasemobApi, TargetType } from 'nestjs-easemob';

/** What the documents say of one field, in samples. */
export interface FieldContract {
  /**
   * The APIs whose document requires the field; none when absent. The library requires a field in both APIs as soon as
   * one of them does.
   */
  readonly required?: readonly EasemobApi[];
  /** Values that arrive as they are sent. */
  readonly legal: readonly unknown[];
  /** Values that the library turns into the documented form. The emulator refuses them when they come as they are. */
  readonly converted?: readonly { readonly given: unknown; readonly sent: unknown }[];
  /** Values that both the library and the emulator refuse, by the rule that each of them breaks. */
  readonly illegal: Readonly<Record<string, unknown>>;
  /** Values that the emulator refuses and that the library may leave to the service. */
  readonly leftToService?: Readonly<Record<string, unknown>>;
  /**
   * Of the rules in `illegal`, and `left out` for a required field, those that the service is known not to enforce. An
   * emulator with `strictness: 'observed'` takes these values, and the `converted` ones as they are given. For a field
   * that is not required it also takes null.
   */
  readonly notEnforced?: Readonly<Partial<Record<EasemobApi, readonly string[]>>>;
  /** Whether the library accepts the field and never sends it. */
  readonly neverSent?: true;
}

/** A field beside `msg`. */
export interface CommonFieldContract extends FieldContract {
  /**
   * The target types for which an API knows the field. For any other the library refuses the field by name; the emulator
   * ignores it, as the service does with every field that it does not know.
   */
  readonly knownFor: Readonly<Record<EasemobApi, readonly TargetType[]>>;
}

const BOTH: readonly EasemobApi[] = ['legacy', 'current'];
const URL = 'https://a1.easemob.com/acme/shop/chatfiles/0f3c9a10-aaaa-4bbb-8ccc-000000000001';

const NO_STRING = { null: null, 'a number': 1, 'a boolean': true, 'a list': ['x'], 'an object': {} };
const NO_BOOLEAN = { null: null, 'a number': 1, 'a string': 'true', 'a list': [true], 'an object': {} };
const NO_OBJECT = { null: null, 'a string': 'x', 'a number': 1, 'a boolean': true, 'a list': [] };

const text: FieldContract = { legal: ['text', '', '你好 😀 "\\\n'], illegal: NO_STRING };
const requiredText: FieldContract = { ...text, required: BOTH };
const amount: FieldContract = {
  legal: [0, 7, 734_003],
  illegal: { null: null, 'a string': '7', 'a negative number': -1, 'a boolean': true, 'a list': [7] },
  leftToService: { 'a fraction': 1.5 },
};
const upload = {
  url: {
    required: BOTH,
    legal: [URL, '0f3c9a10-aaaa-4bbb-8ccc-000000000001'],
    illegal: { ...NO_STRING, empty: '' },
  },
  uuid: { neverSent: true, legal: ['0f3c9a10-aaaa-4bbb-8ccc-000000000001'], illegal: NO_STRING },
  filename: { ...text, legal: ['box.jpg', '', '图 1.png'] },
  secret: { ...text, legal: ['VfEpSmSvEeS7yU8dwa9rAQc-DIL2HhmpujTNfSTsrDt6eNb_', ''] },
  file_length: amount,
} satisfies Record<string, FieldContract>;

/**
 * The fields of `msg` for each message type.
 *
 * @see {@link https://docs-im.easemob.com/im/server/basics/messages}
 * @see {@link https://doc.easemob.com/document/server-side/message_single.html}
 */
export const BODY_FIELDS: Readonly<Record<string, Readonly<Record<string, FieldContract>>>> = {
  txt: {
    // Its old name, which the first SDKs of the vendor send.
    type: { ...typeField('txt'), notEnforced: { legacy: ['an unknown word'], current: ['an unknown word'] } },
    msg: requiredText,
  },
  img: {
    type: typeField('img'),
    ...upload,
    size: {
      legal: [{ width: 480, height: 720 }, { width: 0 }, { height: 1 }, {}],
      illegal: {
        ...NO_OBJECT,
        'a side that is a string': { width: '480', height: 720 },
        'a side that is negative': { width: 480, height: -1 },
        'a side that is null': { width: null },
      },
    },
  },
  audio: {
    type: typeField('audio'),
    ...upload,
    length: amount,
  },
  video: {
    type: typeField('video'),
    ...upload,
    length: amount,
    thumb: { ...text, legal: [URL, ''] },
    thumb_secret: text,
  },
  file: {
    type: typeField('file'),
    ...upload,
  },
  loc: {
    type: typeField('loc'),
    lat: degrees(90),
    lng: degrees(180),
    addr: requiredText,
  },
  cmd: {
    type: typeField('cmd'),
    // Over the current API nothing is left of the body without its action, and an empty body is refused.
    action: { ...requiredText, notEnforced: { legacy: ['left out', 'null'] } },
  },
  custom: {
    type: typeField('custom'),
    customEvent: {
      // Optional in the current API. The library requires it there too, because clients tell events apart by it.
      required: ['legacy'],
      legal: ['gift_1', 'a', 'A-z_0/9.', 'x'.repeat(32)],
      illegal: {
        ...NO_STRING,
        empty: '',
        '33 characters': 'x'.repeat(33),
        'a space': 'gift 1',
        'a letter beyond ASCII': '礼物',
        'a line end after it': 'gift_1\n',
      },
    },
    customExts: {
      legal: [{ name: 'flower', size: '16' }, {}, attributes(16)],
      converted: [
        { given: { size: 16, price: 1.5, free: false }, sent: { size: '16', price: '1.5', free: 'false' } },
      ],
      illegal: {
        ...NO_OBJECT,
        '17 attributes': attributes(17),
        'an attribute that is an object': { a: {} },
        'an attribute that is a list': { a: ['b'] },
        'an attribute that is null': { a: null },
      },
    },
  },
};

const EVERY_TARGET: readonly TargetType[] = ['users', 'chatgroups', 'chatrooms'];
const everywhere = { legacy: EVERY_TARGET, current: EVERY_TARGET };

/**
 * The fields beside the content of `msg`. How many targets a request may have is in {@link MOST_TARGETS}.
 *
 * @see {@link https://docs-im.easemob.com/im/server/basics/messages}
 * @see {@link https://doc.easemob.com/document/server-side/message_single.html}
 * @see {@link https://doc.easemob.com/document/server-side/message_group.html}
 * @see {@link https://doc.easemob.com/document/server-side/message_chatroom.html}
 */
export const COMMON_FIELDS = {
  target_type: {
    required: BOTH,
    knownFor: everywhere,
    legal: EVERY_TARGET,
    illegal: { ...NO_STRING, empty: '', 'an unknown word': 'user', 'another case': 'Users' },
  },
  target: {
    required: BOTH,
    knownFor: everywhere,
    legal: [['bob'], ['bob', 'carol'], ['__proto__', 'constructor'], ['268400000000001', '群 1']],
    illegal: {
      null: null,
      'a string': 'bob',
      'an object': { 0: 'bob' },
      empty: [],
      'an ID that is a number': ['bob', 1],
      'an ID that is null': [null],
      'an ID that is empty': ['bob', ''],
    },
  },
  msg: {
    required: BOTH,
    knownFor: everywhere,
    legal: [{ type: 'txt', msg: 'hi' }],
    illegal: { ...NO_OBJECT, 'no type': { msg: 'hi' }, empty: {} },
  },
  from: {
    knownFor: everywhere,
    legal: ['alice', 'admin', '爱丽丝'],
    illegal: { ...NO_STRING, empty: '' },
  },
  sync_device: {
    knownFor: { legacy: EVERY_TARGET, current: ['users', 'chatgroups'] },
    legal: [true, false],
    illegal: NO_BOOLEAN,
  },
  routetype: {
    knownFor: { legacy: EVERY_TARGET, current: ['users', 'chatgroups'] },
    legal: ['ROUTE_ONLINE'],
    illegal: { ...NO_STRING, empty: '', 'an unknown word': 'ROUTE_TYPE', 'another case': 'route_online' },
    notEnforced: { legacy: ['empty'], current: ['empty'] },
  },
  ext: {
    knownFor: everywhere,
    legal: [
      {},
      { attr1: 'test', count: 1, ratio: 0.5, isNew: true },
      { em_apns_ext: { em_push_sound: 'a.caf' }, em_at_list: ['bob'], em_ignore_notification: true },
      { nothing: null, nested: [{ deep: [[]] }], 键: '值' },
    ],
    illegal: NO_OBJECT,
  },
  roam_ignore_users: {
    knownFor: { legacy: [], current: EVERY_TARGET },
    legal: [['carol'], [], ids(20)],
    illegal: {
      null: null,
      'a string': 'carol',
      'an object': {},
      '21 users': ids(21),
      'a user that is a number': [1],
      'a user that is empty': [''],
    },
  },
  need_group_ack: {
    knownFor: { legacy: [], current: ['chatgroups'] },
    legal: [true, false],
    illegal: NO_BOOLEAN,
  },
  chatroom_msg_level: {
    knownFor: { legacy: [], current: ['chatrooms'] },
    legal: ['high', 'normal', 'low'],
    illegal: { ...NO_STRING, empty: '', 'an unknown word': 'urgent', 'another case': 'High' },
  },
  env: {
    knownFor: { legacy: [], current: EVERY_TARGET },
    legal: ['blue1', 'A', '12345678'],
    illegal: {
      ...NO_STRING,
      empty: '',
      '9 characters': 'a23456789',
      'a hyphen': 'blue-1',
      'a letter beyond ASCII': '蓝',
    },
  },
} satisfies Readonly<Record<string, CommonFieldContract>>;

/**
 * The most targets of one request.
 *
 * @see {@link https://doc.easemob.com/product/limitationapi.html}
 */
export const MOST_TARGETS: Readonly<Record<EasemobApi, Readonly<Record<TargetType, number>>>> = {
  legacy: { users: 600, chatgroups: 600, chatrooms: 600 },
  current: { users: 600, chatgroups: 3, chatrooms: 10 },
};

/** As many different IDs as asked for. */
export function ids(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `u${index}`);
}

function typeField(type: string): FieldContract {
  return {
    required: BOTH,
    legal: [type],
    illegal: { ...NO_STRING, empty: '', 'an unknown word': 'text', 'another case': type.toUpperCase() },
  };
}

/** Documented as a string. The library also takes a number. */
function degrees(limit: number): FieldContract {
  return {
    required: BOTH,
    legal: ['39.966', '-7', '0', `${limit}`, `-${limit}.0`],
    converted: [
      { given: 39.966, sent: '39.966' },
      { given: -limit, sent: `-${limit}` },
    ],
    illegal: {
      null: null,
      'a boolean': true,
      'a list': ['39.966'],
      empty: '',
      'a word': 'north',
      'degrees and minutes': '39°57′',
      'a string beyond the limit': `${limit}.1`,
      'a number beyond the limit': -limit - 1,
    },
  };
}

function attributes(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(ids(count).map((id) => [id, 'v']));
}
