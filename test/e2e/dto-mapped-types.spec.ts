import 'reflect-metadata';

import { BadRequestException, ValidationPipe } from '@nestjs/common';
import { IntersectionType, OmitType, PartialType, PickType } from '@nestjs/mapped-types';
import { IsInt } from 'class-validator';
import {
  CustomBody,
  CustomMessageDto,
  ImageMessageDto,
  MESSAGE_TYPES,
  MessageDto,
  TextBody,
  TextMessageDto,
} from 'nestjs-easemob';
import { describe, expect, it } from 'vitest';

class AsAdmin extends OmitType(TextMessageDto, ['from']) {}
class Draft extends PartialType(TextMessageDto) {}
class ContentOnly extends PickType(CustomMessageDto, ['msg', 'ext']) {}
class AnyToUsers extends OmitType(MessageDto, ['target_type', 'roam_ignore_users']) {}
class TextOnly extends PickType(TextBody, ['msg']) {}
class Campaign {
  @IsInt()
  campaign!: number;
}
class ImageOfCampaign extends IntersectionType(ImageMessageDto, Campaign) {}

const strict = new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true });
const text = { target_type: 'users', target: ['bob'], msg: { type: 'txt', msg: 'hi' } };

const received = <Type extends object>(metatype: new () => Type, json: string | object): Promise<Type> =>
  strict.transform(JSON.parse(typeof json === 'string' ? json : JSON.stringify(json)), {
    type: 'body',
    metatype,
  }) as Promise<Type>;

async function refusal(metatype: new () => object, json: string | object): Promise<unknown> {
  const error = await received(metatype, json).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof BadRequestException))
    throw new Error('The pipe let the message pass.', { cause: error });
  return (error.getResponse() as { readonly message: unknown }).message;
}

describe("Nest's mapped types of the DTOs, under the strict pipe", () => {
  it('OmitType takes the message without the field, and refuses the field', async () => {
    expect(await received(AsAdmin, text)).toBeInstanceOf(AsAdmin);
    expect(await refusal(AsAdmin, { ...text, from: 'bob' })).toEqual(['property from should not exist']);
  });

  it.each<[string, new () => object, object]>([
    ['OmitType', AsAdmin, text],
    ['PartialType', Draft, text],
    ['OmitType of MessageDto', AnyToUsers, { target: ['bob'], msg: text.msg }],
  ])('%s makes msg an instance of its body', async (_, metatype, message) => {
    expect(await received(metatype, message)).toHaveProperty('msg', expect.any(TextBody));
  });

  it('PickType keeps ext and customExts as they came, whatever their names and depth', async () => {
    const ext = `{"toString":"t","valueOf":[1,[],{}],"none":null,"deep":${'{"a":'.repeat(900)}1${'}'.repeat(900)}}`;
    const json = `{"msg":{"type":"custom","customEvent":"gift","customExts":{"toString":"t","valueOf":1}},"ext":${ext}}`;
    const content = await received(ContentOnly, json);
    expect(content.msg).toBeInstanceOf(CustomBody);
    expect(JSON.stringify(content)).toBe(JSON.stringify(JSON.parse(json)));
  });

  it('refuses an ext that nests too deep with its text, not with a stack overflow', async () => {
    const ext = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    expect(
      await refusal(AsAdmin, `{"target_type":"users","target":["bob"],"msg":{"msg":"hi"},"ext":${ext}}`),
    ).toEqual([expect.stringContaining('ext must be nested at most 1000 levels deep')]);
  });

  it('PartialType takes any part of a message', async () => {
    expect(await received(Draft, {})).toEqual({});
    expect(await received(Draft, { from: 'bob' })).toEqual({ from: 'bob' });
  });

  it.each<[string, new () => object, object]>([
    [
      'target.1 must be a non-empty string, got a number; put the number into quotes',
      AsAdmin,
      { ...text, target: ['a', 7] },
    ],
    [
      'target must have at most 600 entries, got 601; split them over several messages or send them in bulk',
      Draft,
      { target: Array(601).fill('a') },
    ],
    [
      'from must be a non-empty string, got an empty string; leave it out to send as admin',
      Draft,
      { from: '' },
    ],
    ['msg.msg must be a string, got a number; put the text here', Draft, { msg: { msg: 7 } }],
    [
      'msg.customExts.a must be a string, a finite number or a boolean, got an object; put structured data into ext or send it as a JSON string',
      ContentOnly,
      { msg: { customEvent: 'e', customExts: { a: {} } } },
    ],
    [
      'msg must be an object with the fields of the message type, such as { "type": "txt", "msg": "hello" }, got nothing; see the send-message document for the fields of each type',
      ContentOnly,
      {},
    ],
    [
      `msg.type must be one of ${MESSAGE_TYPES.join(', ')}, got the string "text"; choose the type that the other fields of msg belong to`,
      AnyToUsers,
      { target: ['a'], msg: { type: 'text' } },
    ],
    ['msg must be a string, got nothing; put the text here', TextOnly, {}],
    ['campaign must be an integer number', ImageOfCampaign, { ...text, msg: { url: 'u' } }],
    [
      'msg.size.width must be a number of pixels, 0 or more, got a string; leave it out when it is not known',
      ImageOfCampaign,
      { ...text, campaign: 1, msg: { url: 'u', size: { width: '1' } } },
    ],
  ])('reports once: %s', async (sentence, metatype, message) => {
    expect(await refusal(metatype, message)).toEqual([sentence]);
  });
});
