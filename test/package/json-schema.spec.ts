import 'reflect-metadata';

import { getMetadataStorage } from 'class-validator';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';
import * as easemob from 'nestjs-easemob';
import { describe, expect, it } from 'vitest';

type Options = NonNullable<Parameters<typeof validationMetadatasToSchemas>[0]>;

/** JSON schema has a word for every constraint of the DTOs but one: a coordinate may be a number or a string. */
const additionalConverters: NonNullable<Options['additionalConverters']> = {
  isDegrees: ({ constraints }) => {
    const [limit] = constraints as [number];
    return { anyOf: [{ type: 'number', minimum: -limit, maximum: limit }, { type: 'string' }] };
  },
};

const schemas = validationMetadatasToSchemas({ additionalConverters });

const string = { type: 'string' };
const nonEmpty = { type: 'string', minLength: 1 };
const boolean = { type: 'boolean' };
const amount = { type: 'number', minimum: 0 };
const word = (...words: string[]) => ({ type: 'string', enum: words });
const body = (name: string) => ({ type: 'object', $ref: `#/definitions/${name}` });
const degrees = (limit: number) => ({
  anyOf: [{ type: 'number', minimum: -limit, maximum: limit }, { type: 'string' }],
});

const envelope = {
  target_type: word('users', 'chatgroups', 'chatrooms'),
  target: { type: 'array', minItems: 1, maxItems: 600, items: nonEmpty },
  from: nonEmpty,
  sync_device: boolean,
  routetype: word('ROUTE_ONLINE'),
  ext: { type: 'object' },
  roam_ignore_users: { type: 'array', maxItems: 20, items: nonEmpty },
  need_group_ack: boolean,
  chatroom_msg_level: word('high', 'normal', 'low'),
  env: { type: 'string', pattern: '^[A-Za-z0-9]{1,8}$' },
};
const attachment = { url: nonEmpty, uuid: string, filename: string, secret: string, file_length: amount };

interface Body {
  readonly name: string;
  readonly properties: Record<string, unknown>;
  readonly required: readonly string[];
}

const BODIES: Record<string, Body> = {
  TextMessageDto: {
    name: 'TextBody',
    properties: { type: word('txt'), msg: string },
    required: ['type', 'msg'],
  },
  ImageMessageDto: {
    name: 'ImageBody',
    properties: { type: word('img'), ...attachment, size: { $ref: '#/definitions/ImageSize' } },
    required: ['type', 'url'],
  },
  AudioMessageDto: {
    name: 'AudioBody',
    properties: { type: word('audio'), ...attachment, length: amount },
    required: ['type', 'url'],
  },
  VideoMessageDto: {
    name: 'VideoBody',
    properties: { type: word('video'), ...attachment, length: amount, thumb: string, thumb_secret: string },
    required: ['type', 'url'],
  },
  FileMessageDto: {
    name: 'FileBody',
    properties: { type: word('file'), ...attachment },
    required: ['type', 'url'],
  },
  LocationMessageDto: {
    name: 'LocationBody',
    properties: { type: word('loc'), lat: degrees(90), lng: degrees(180), addr: string },
    required: ['type', 'lat', 'lng', 'addr'],
  },
  CommandMessageDto: {
    name: 'CommandBody',
    properties: { type: word('cmd'), action: string },
    required: ['type', 'action'],
  },
  CustomMessageDto: {
    name: 'CustomBody',
    properties: {
      type: word('custom'),
      customEvent: { type: 'string', pattern: String.raw`^[A-Za-z0-9\-_/.]{1,32}$` },
      customExts: { type: 'object' },
    },
    required: ['type', 'customEvent'],
  },
  MessageDto: {
    name: 'AnyBody',
    properties: { type: word(...easemob.MESSAGE_TYPES) },
    required: ['type'],
  },
};

const DTOS = Object.keys(easemob).filter((name) => name.endsWith('Dto'));

describe('class-validator-jsonschema', () => {
  it.each(DTOS)('reads all of %s', (name) => {
    const schema = BODIES[name];
    if (schema === undefined) throw new Error(`BODIES has no ${name}.`);
    expect(schemas[name]).toEqual({
      type: 'object',
      properties: { ...envelope, msg: body(schema.name) },
      required: expect.toSatisfy(hasExactly('target_type', 'target', 'msg')) as string[],
    });
    expect(schemas[schema.name]).toEqual({
      type: 'object',
      properties: schema.properties,
      required: expect.toSatisfy(hasExactly(...schema.required)) as string[],
    });
  });

  it('reads the size of an image', () => {
    expect(schemas['ImageSize']).toEqual({ type: 'object', properties: { width: amount, height: amount } });
  });

  it('refers to no schema that does not exist', () => {
    const references = [...JSON.stringify(schemas).matchAll(/#\/definitions\/(\w+)/g)].map(
      ([, name]) => name,
    );
    expect(Object.keys(schemas)).toEqual(expect.arrayContaining(references));
  });

  it('has a type of every field without help', () => {
    const unaided = validationMetadatasToSchemas();
    expect(JSON.stringify(unaided)).not.toContain('#/definitions/Object');
    expect(unaided['LocationBody']?.properties).toMatchObject({ lat: string, lng: string });
  });

  it('needs no help to read any constraint but that of a coordinate', () => {
    const own = Object.values(BODIES).flatMap(({ name }) => JSON.stringify(schemas[name]));
    const unaided = validationMetadatasToSchemas({ classValidatorMetadataStorage: getMetadataStorage() });
    const different = Object.values(BODIES)
      .map(({ name }) => name)
      .filter((name, index) => JSON.stringify(unaided[name]) !== own[index]);
    expect(different).toEqual(['LocationBody']);
  });
});

function hasExactly(...names: string[]) {
  return (required: readonly string[]): boolean =>
    required.length === names.length && names.every((name) => required.includes(name));
}
