import { instanceToPlain, plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { describe, expect, it } from 'vitest';

import { MESSAGE_CLASSES, MESSAGE_TYPES, type MessageType } from './message-types.js';
import { MessageDto } from './message.dto.js';

const chatfile = (org: string, uuid: string) => `https://a1.easemob.com/${org}/chatfiles/${uuid}`;

/** Every request body of the send-message document, and one of our own for each type. */
const documented: [string, MessageType, string][] = [
  [
    'text, document',
    'txt',
    '{"target_type": "users","target": ["user2","user3"],"msg": {"type": "txt","msg": "testmessage"},"from": "user1"}',
  ],
  [
    'text to users online, document',
    'txt',
    '{"target_type": "users","target": ["user2", "user3"],"msg": {"type": "txt","msg": "testmessage"},"from": "user1", "routetype":"ROUTE_ONLINE", "sync_device":true}',
  ],
  [
    'image, document',
    'img',
    `{"target_type":"users","target":["user2"],"from":"user1","msg":{"type":"img","filename":"testimg.jpg","secret":"VfEpSmSvEeS7yU8dwa9rAQc-DIL2HhmpujTNfSTsrDt6eNb_","url":"${chatfile('easemob-demo/testapp', '55f12940-64af-11e4-8a5b-ff2336f03252')}","size":{"width":480,"height":720}}}`,
  ],
  [
    'voice, document',
    'audio',
    `{"target_type" : "users","target" : ["user2", "user3"],"msg" : {"type": "audio","url": "${chatfile('easemob-demo/testapp', '1dfc7f50-55c6-11e4-8a07-7d75b8fb3d42')}","filename": "testaudio.amr","length": 10,"secret": "Hfx_WlXGEeSdDW-SuX2EaZcXDC7ZEig3OgKZye9IzKOwoCjM"},"from" : "user1" }`,
  ],
  [
    'video, document',
    'video',
    `{"target_type":"users","target":["user2","user3"],"from":"user1","msg":{"type":"video","filename" : "testvideo.mp4","thumb" : "${chatfile('easemob-demo/testapp', '67279b20-7f69-11e4-8eee-21d3334b3a97')}","length" : 0,"secret":"VfEpSmSvEeS7yU8dwa9rAQc-DIL2HhmpujTNfSTsrDt6eNb_","file_length" : 58103,"thumb_secret" : "ZyebKn9pEeSSfY03ROk7ND24zUf74s7HpPN1oMV-1JxN2O2I","url" : "${chatfile('easemob-demo/testapp', '671dfe30-7f69-11e4-ba67-8fef0d502f46')}"}}`,
  ],
  [
    'location, document (its stray dot before addr left out)',
    'loc',
    '{"target_type": "users","target": ["user2"],"msg": {"type": "loc","lat": "39.966","lng":"116.322","addr":"中国北京市海淀区中关村"},"from": "user1"}',
  ],
  [
    'command, document',
    'cmd',
    '{"target_type":"users","target":["user2","user3"],"msg":{"type":"cmd","action":"action1"},"from":"user1"}',
  ],
  [
    'custom, document',
    'custom',
    '{ "target_type":"users", "target":["user2"], "msg":{"type":"custom", "customEvent":"gift_1", "customExts":{"name":"flower","size":"16","price":"100"}}, "from":"user1","ext":{"attr1":"test"}}',
  ],
  [
    'extension, document',
    'txt',
    '{"target_type":"users","target":["user2","user3"],"msg":{"type":"txt","msg":"testmessage"},"from":"user1","ext":{"attr1":"test"}}',
  ],
  [
    'text',
    'txt',
    '{"target_type":"users","target":["bob"],"msg":{"type":"txt","msg":"Your order shipped"},"from":"alice"}',
  ],
  [
    'image',
    'img',
    `{"target_type":"users","target":["bob"],"from":"alice","msg":{"type":"img","filename":"box.jpg","secret":"shr-A1","url":"${chatfile('acme/shop', '0f3c9a10-aaaa-4bbb-8ccc-000000000001')}","size":{"width":640,"height":480}}}`,
  ],
  [
    'voice',
    'audio',
    `{"target_type":"users","target":["bob"],"from":"alice","msg":{"type":"audio","filename":"note.amr","secret":"shr-A2","length":7,"url":"${chatfile('acme/shop', '0f3c9a10-aaaa-4bbb-8ccc-000000000002')}"}}`,
  ],
  [
    'video',
    'video',
    `{"target_type":"users","target":["bob"],"from":"alice","msg":{"type":"video","filename":"demo.mp4","length":12,"file_length":734003,"secret":"shr-A3","url":"${chatfile('acme/shop', '0f3c9a10-aaaa-4bbb-8ccc-000000000003')}","thumb":"${chatfile('acme/shop', '0f3c9a10-aaaa-4bbb-8ccc-000000000004')}","thumb_secret":"shr-A4"}}`,
  ],
  [
    'file',
    'file',
    `{"target_type":"users","target":["bob"],"from":"alice","msg":{"type":"file","filename":"invoice.pdf","secret":"shr-A5","url":"${chatfile('acme/shop', '0f3c9a10-aaaa-4bbb-8ccc-000000000005')}"}}`,
  ],
  [
    'location',
    'loc',
    '{"target_type":"users","target":["bob"],"from":"alice","msg":{"type":"loc","lat":"31.2304","lng":"121.4737","addr":"Warehouse 3"}}',
  ],
  [
    'command',
    'cmd',
    '{"target_type":"users","target":["bob"],"from":"alice","msg":{"type":"cmd","action":"refresh-cart"}}',
  ],
  [
    'custom',
    'custom',
    '{"target_type":"users","target":["bob"],"from":"alice","msg":{"type":"custom","customEvent":"coupon_v1","customExts":{"code":"SPRING","off":"10"}}}',
  ],
  [
    'group text with extension',
    'txt',
    '{"target_type":"chatgroups","target":["268400000000001"],"from":"alice","msg":{"type":"txt","msg":"hi all"},"ext":{"orderId":"A-77"},"sync_device":true,"routetype":"ROUTE_ONLINE"}',
  ],
];

const STRICT = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false };

const text = (extra: object = {}) => ({
  target_type: 'users',
  target: ['bob'],
  msg: { type: 'txt', msg: 'hi' },
  ...extra,
});

const addressedTo = (count: number) =>
  plainToInstance(MessageDto, text({ target: Array(count).fill('bob') }));

const odd = (): unknown =>
  JSON.parse(
    '{"__proto__":{"a":1},"constructor":"c","toString":"t","valueOf":1,"deep":{"__proto__":[{"constructor":{}}]},"none":null,"list":[[],{}]}',
  );

function sentences(errors: ValidationError[], parent = ''): string[] {
  return errors.flatMap((error) => [
    ...Object.values(error.constraints ?? {}).map((sentence) => parent + sentence),
    ...sentences(error.children ?? [], `${parent}${error.property}.`),
  ]);
}

describe('documented requests', () => {
  it.each(documented)('%s is a valid DTO, unchanged', (_, type, json) => {
    for (const Dto of [MessageDto, MESSAGE_CLASSES[type].dto]) {
      const dto = plainToInstance<object, unknown>(Dto, JSON.parse(json));
      expect(validateSync(dto, STRICT)).toEqual([]);
      expect(JSON.parse(JSON.stringify(dto))).toEqual(JSON.parse(json));
      expect(dto).toHaveProperty('msg', expect.any(MESSAGE_CLASSES[type].body));
    }
  });

  it('cover every type', () => {
    expect(new Set(documented.map(([, type]) => type))).toEqual(new Set(MESSAGE_TYPES));
  });
});

describe('MessageDto', () => {
  it.each([
    ['__proto__', 'the string "__proto__"'],
    ['constructor', 'the string "constructor"'],
    ['toString', 'the string "toString"'],
    ['text', 'the string "text"'],
    ['x'.repeat(5000), `the string "${'x'.repeat(40)}…"`],
    [undefined, 'nothing'],
    [null, 'null'],
    [['txt'], 'an array'],
    [7, 'a number'],
  ])('refuses the type %j by name, and reports nothing else', (type, got) => {
    const dto = plainToInstance(MessageDto, text({ msg: { type, url: 'x', other: 1 } }));
    expect(sentences(validateSync(dto, STRICT))).toEqual([
      `msg.type must be one of ${MESSAGE_TYPES.join(', ')}, got ${got}; choose the type that the other fields of msg belong to`,
    ]);
  });

  it.each([
    ['missing', undefined, 'nothing'],
    ['null', null, 'null'],
    ['a string', 'hi', 'a string'],
    ['a number', 1, 'a number'],
    ['an array', [], 'an empty array'],
    ['an array of bodies', [{ type: 'txt', msg: 'hi' }], 'an array'],
  ])('refuses a msg that is %s', (_, msg, got) => {
    const [first] = sentences(validateSync(plainToInstance(MessageDto, text({ msg })), STRICT));
    expect(first).toContain('msg must be an object with the fields of the message type');
    expect(first).toContain(`, got ${got};`);
  });

  it('expands no token of class-validator in a received value', () => {
    const customEvent = '$value $target $property';
    const dto = plainToInstance(MessageDto, text({ msg: { type: 'custom', customEvent } }));
    expect(sentences(validateSync(dto, STRICT))[0]).toContain(
      String.raw`"\u0024value \u0024target \u0024property"`,
    );
  });

  it('accepts user IDs that are names of object members', () => {
    const dto = plainToInstance(MessageDto, text({ target: ['__proto__', 'constructor', 'toString'] }));
    expect(validateSync(dto, STRICT)).toEqual([]);
  });

  it('lets a DTO of one type leave the type out', () => {
    const dto = plainToInstance(MESSAGE_CLASSES.txt.dto, text({ msg: { msg: 'hi' } }));
    expect(validateSync(dto, STRICT)).toEqual([]);
    expect(dto.msg.type).toBe('txt');
  });

  it('refuses another type in a DTO of one type', () => {
    const dto = plainToInstance(MESSAGE_CLASSES.txt.dto, text({ msg: { type: 'cmd', msg: 'hi' } }));
    expect(sentences(validateSync(dto, STRICT))[0]).toContain('msg.type must be "txt", got the string "cmd"');
  });

  it('allows at most 600 targets', () => {
    expect(validateSync(addressedTo(600))).toEqual([]);
    expect(validateSync(addressedTo(601))[0]?.constraints).toEqual({
      arrayMaxSize:
        'target must have at most 600 entries, got 601; split them over several messages or send them in bulk',
    });
  });
});

describe('application data', () => {
  it('passes into a DTO as the same object, odd names included', () => {
    const ext = odd();
    const dto = plainToInstance(MessageDto, text({ ext }));
    expect(dto.ext).toBe(ext);
    expect(validateSync(dto, STRICT)).toEqual([]);
    expect(JSON.stringify(dto.ext)).toBe(JSON.stringify(odd()));
  });

  it('passes into customExts likewise', () => {
    const customExts: unknown = JSON.parse('{"__proto__":"a","constructor":"c","toString":1,"valueOf":true}');
    const dto = plainToInstance(
      MessageDto,
      text({ msg: { type: 'custom', customEvent: 'gift', customExts } }),
    );
    expect(dto).toHaveProperty('msg.customExts', customExts);
    expect(validateSync(dto, STRICT)).toEqual([]);
  });

  it('survives the way back to a plain object', () => {
    const source = text({ ext: { a: [{ b: {} }], on: true, none: null } });
    expect(JSON.parse(JSON.stringify(instanceToPlain(plainToInstance(MessageDto, source))))).toEqual(source);
  });

  it('is refused, not a stack overflow, when it nests too deep', () => {
    const ext: unknown = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`);
    const errors = validateSync(plainToInstance(MessageDto, text({ ext })), STRICT);
    expect(sentences(errors)[0]).toMatch(/^ext must be nested at most 1000 levels deep/);
  });

  it('leaves the source alone', () => {
    const source = Object.freeze(text({ ext: Object.freeze({ a: 1 }) }));
    Object.freeze(source.msg);
    expect(() => plainToInstance(MessageDto, source)).not.toThrow();
    expect(source).toEqual(text({ ext: { a: 1 } }));
  });
});
