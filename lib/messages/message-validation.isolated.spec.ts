import { OmitType } from '@nestjs/mapped-types';
import { plainToInstance } from 'class-transformer';
import {
  ArrayMaxSize,
  IsIn,
  IsObject,
  MaxLength,
  registerDecorator,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  validate,
  validateSync,
  type ValidationError,
} from 'class-validator';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Violation } from '../errors/index.js';
import { CommandBody, CommandMessageDto } from './dto/command-message.dto.js';
import { CustomBody, CustomMessageDto } from './dto/custom-message.dto.js';
import { FileBody } from './dto/file-message.dto.js';
import { ImageBody, ImageMessageDto } from './dto/image-message.dto.js';
import { LocationMessageDto } from './dto/location-message.dto.js';
import { MESSAGE_CLASSES, type MessageType } from './dto/message-types.js';
import { MessageDto } from './dto/message.dto.js';
import { TextBody, TextMessageDto } from './dto/text-message.dto.js';
import { VideoBody } from './dto/video-message.dto.js';
import { validateMessage } from './message-validation.js';

const envelope = { target_type: 'users', target: ['bob'] };
const body = (type: string, fields: object) => ({ ...envelope, msg: { type, ...fields } });
const text = (msg: unknown) => body('txt', { msg });

function violationsIn(message: unknown, type?: MessageType): readonly Violation[] {
  const violations = validateMessage(message, type);
  if (violations instanceof Promise) throw new Error('No constraint is asynchronous.');
  return violations;
}

const pathsOf = (message: unknown, type?: MessageType): readonly string[] =>
  violationsIn(message, type).map(({ path }) => path);

/** Adds a constraint that resolves to whether the value is in the list, with and without saying that it waits. */
function IsListed(list: readonly unknown[], async: boolean | undefined): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isListed',
      target: target.constructor,
      propertyName: String(property),
      ...(async !== undefined && { async }),
      validator: {
        validate: (value) =>
          value === 'broken' ? Promise.reject(new Error('lost')) : Promise.resolve(list.includes(value)),
        defaultMessage: () => `${String(property)} must be listed`,
      },
    });
}

describe('a constraint that an application adds to a body of the library', () => {
  it('counts from the next message on, whatever the message is', () => {
    expect(violationsIn(text('hello'))).toEqual([]);
    MaxLength(3, { message: 'msg must be short' })(TextBody.prototype, 'msg');
    const instance = Object.assign(new TextBody(), { msg: 'hello' });
    const messages: [unknown, MessageType?][] = [
      [text('hello')],
      [text('hello'), 'txt'],
      [{ ...envelope, msg: { msg: 'hello' } }, 'txt'],
      [Object.assign(new TextMessageDto(), envelope, { msg: instance })],
      [Object.assign(new TextMessageDto(), envelope, { msg: instance }), 'txt'],
      [Object.assign(new MessageDto(), envelope, { msg: instance })],
      [{ ...envelope, msg: instance }],
    ];
    for (const [message, type] of messages) {
      expect(violationsIn(message, type)).toEqual([{ path: 'msg.msg', message: 'msg.msg must be short' }]);
    }
    expect(violationsIn(text('hi'))).toEqual([]);
  });

  it('adds no second text to what a constraint of the library reports', () => {
    expect(violationsIn(text(7))).toEqual([
      { path: 'msg.msg', message: 'msg.msg must be a string, got a number; put the text here' },
    ]);
  });

  it('gets the arguments that class-validator would pass', () => {
    const seen: unknown[] = [];
    ValidateBy({
      name: 'seen',
      validator: {
        validate: (value: unknown, args) => {
          seen.push({
            value,
            property: args?.property,
            targetName: args?.targetName,
            isInstance: args?.object instanceof CommandBody,
          });
          return true;
        },
      },
    })(CommandBody.prototype, 'action');
    expect(violationsIn({ ...envelope, msg: { type: 'cmd', action: 'go' } })).toEqual([]);
    expect(seen).toEqual([
      {
        value: 'go',
        isInstance: true,
        property: 'action',
        targetName: 'CommandBody',
      },
    ]);
  });

  it('counts where its condition holds', () => {
    ValidateIf((_, value) => value !== 'secret')(VideoBody.prototype, 'thumb');
    expect(pathsOf(body('video', { url: 'u', thumb: 'secret' }))).toEqual([]);
    expect(pathsOf(body('video', { url: 'u', thumb: 7 }))).toEqual(['msg.thumb']);
  });

  it('counts for each entry of a list or a map', () => {
    IsIn(['a', 'b'], { each: true })(FileBody.prototype, 'tags');
    for (const tags of [['a', 'b'], [], new Set(['b']), new Map([[1, 'a']]), 'a']) {
      expect(pathsOf(body('file', { url: 'u', tags }))).toEqual([]);
    }
    for (const tags of [['a', 'c'], new Set(['c']), new Map([['a', 'c']]), 'c', Array(2), undefined]) {
      expect(pathsOf(body('file', { url: 'u', tags }))).toEqual(['msg.tags']);
    }
  });

  it('counts when it has groups, which a send does not use', async () => {
    class Described extends ImageBody {
      @MaxLength(3, { groups: ['short'], message: 'alt must be short' })
      alt!: string;
    }
    const image = (alt: string) => ({ ...envelope, msg: Object.assign(new Described(), { url: 'u', alt }) });
    expect(await validateMessage(image('a'))).toEqual([]);
    expect(await validateMessage(image('long'))).toEqual([
      { path: 'msg.alt', message: 'msg.alt must be short' },
    ]);
  });
});

describe('a constraint that an application adds to a DTO of the library', () => {
  it('counts beside the limit of targets, which has its name', () => {
    const many = { ...body('custom', { customEvent: 'hi' }), target: Array(601).fill('bob') };
    expect(pathsOf(many)).toEqual([]);
    class FewTargets extends CustomMessageDto {
      @ArrayMaxSize(2)
      declare target: string[];
    }
    const few = Object.assign(new FewTargets(), many, {
      msg: Object.assign(new CustomBody(), { customEvent: 'hi' }),
    });
    expect(violationsIn(few, 'custom')).toEqual([
      { path: 'target', message: 'target must contain no more than 2 elements' },
    ]);
  });

  it('counts for a plain object of its type', () => {
    IsIn(['users'], { message: 'target_type must be users' })(LocationMessageDto.prototype, 'target_type');
    const place = { ...envelope, target_type: 'chatgroups', msg: { type: 'loc', lat: 1, lng: 2, addr: '' } };
    expect(violationsIn(place)).toEqual([{ path: 'target_type', message: 'target_type must be users' }]);
  });
});

describe("a constraint of an application's own class", () => {
  class ShortSender extends CommandMessageDto {
    @MaxLength(3, { message: 'from must be short' })
    declare from?: string;
  }
  const command = { ...envelope, msg: { type: 'cmd', action: 'go' }, from: 'alice' };

  it.each<[string, object]>([
    ['a plain body', command.msg],
    ['an instance', Object.assign(new CommandBody(), { action: 'go' })],
  ])('counts with %s', (_, msg) => {
    const message = Object.assign(new ShortSender(), command, { msg });
    for (const type of [undefined, 'cmd'] as const) {
      expect(violationsIn(message, type)).toEqual([{ path: 'from', message: 'from must be short' }]);
    }
    expect(pathsOf(Object.assign(new ShortSender(), command, { msg, from: 'bob' }))).toEqual([]);
  });

  it('may ask the message for its private members', () => {
    class Reviewed extends CommandMessageDto {
      #isApproved = false;

      approve(): this {
        this.#isApproved = true;
        return this;
      }

      isApproved(): boolean {
        return this.#isApproved;
      }

      @ValidateIf((message: Reviewed) => !message.isApproved())
      @IsIn([])
      readonly approval = undefined;
    }
    const reviewed = () =>
      Object.assign(new Reviewed(), command, { msg: Object.assign(new CommandBody(), { action: 'go' }) });
    expect(pathsOf(reviewed().approve())).toEqual([]);
    expect(pathsOf(reviewed(), 'cmd')).toEqual(['approval']);
  });

  it('counts in a class for any type, where the method expects one', () => {
    class ShortAny extends MessageDto {
      @MaxLength(3, { message: 'from must be short' })
      declare from?: string;
    }
    const message = Object.assign(new ShortAny(), command);
    expect(violationsIn(message, 'cmd')).toEqual([{ path: 'from', message: 'from must be short' }]);
    expect(pathsOf(message, 'txt')).toEqual(['msg.type', 'msg.msg', 'from']);
  });

  it('counts in a class that a mapped type made, beside those of the DTO', () => {
    class NoGroups extends OmitType(CommandMessageDto, ['need_group_ack']) {
      @IsIn(['users'], { message: 'target_type must be users' })
      declare target_type: 'users';
    }
    const toGroup = { ...command, target_type: 'chatgroups' };
    expect(violationsIn(Object.assign(new NoGroups(), toGroup), 'cmd')).toEqual([
      { path: 'target_type', message: 'target_type must be users' },
    ]);
    expect(pathsOf(Object.assign(new NoGroups(), toGroup, { from: '' }))).toEqual(['from', 'target_type']);
    expect(pathsOf(Object.assign(new NoGroups(), command))).toEqual([]);
  });

  it('does not count in a class that was not derived from a DTO', () => {
    class Order {
      readonly target_type = 'users';
      readonly target = [7];
      @MaxLength(3, { groups: ['admins'] })
      readonly from = 'alice';
      readonly msg = { type: 'cmd', action: 'go' };
    }
    expect(pathsOf(new Order())).toEqual(['target.0']);
  });

  it('validates its own nested objects', async () => {
    class Inner {
      @MaxLength(1)
      name!: string;
    }
    class Outer extends CommandMessageDto {
      @ValidateNested()
      inner!: Inner;
    }
    const outer = (name: string) =>
      Object.assign(new Outer(), command, { inner: Object.assign(new Inner(), { name }) });
    expect(await validateMessage(outer('a'))).toEqual([]);
    expect(await validateMessage(outer('ab'))).toMatchObject([{ path: 'inner.name' }]);
  });
});

describe('an asynchronous constraint of an application', () => {
  describe.each([
    ['that is marked async', true],
    ['that is not marked', undefined],
  ])('%s', (_, async) => {
    class Listed extends ImageBody {
      @IsListed(['a.jpg'], async)
      declare filename?: string;
    }
    const image = (filename: string, fields: object = {}) => ({
      ...envelope,
      msg: Object.assign(new Listed(), { url: 'u', filename, ...fields }),
    });

    it('is waited for', async () => {
      expect(await validateMessage(image('a.jpg'))).toEqual([]);
      expect(await validateMessage(image('a.jpg'), 'img')).toEqual([]);
      expect(await validateMessage(image('b.jpg'), 'img')).toEqual([
        { path: 'msg.filename', message: 'msg.filename must be listed' },
      ]);
    });

    it('does not hide what other constraints find', async () => {
      const violations = await validateMessage(image('b.jpg', { url: '' }));
      expect(violations.map(({ path }) => path).toSorted()).toEqual(['msg.filename', 'msg.url']);
    });

    it('rejects where it does, without an unhandled rejection', async () => {
      await expect(validateMessage(image('broken'))).rejects.toThrow('lost');
    });
  });
});

describe('decorators of an application and of the library together', () => {
  IsIn(['txt', 'hi', 'ROUTE_ONLINE'], { message: 'customEvent is unknown' })(
    CustomBody.prototype,
    'customEvent',
  );
  ValidateIf((custom: CustomBody) => custom.customEvent !== 'txt')(CustomBody.prototype, 'customExts');
  ArrayMaxSize(1, { message: 'roam_ignore_users is long' })(CustomMessageDto.prototype, 'roam_ignore_users');

  const messagesOf = (errors: readonly ValidationError[], parent = ''): string[] =>
    errors.flatMap((error) => [
      ...Object.values(error.constraints ?? {})
        .slice(0, 1)
        .map((each) => parent + each),
      ...messagesOf(error.children ?? [], `${parent}${error.property}.`),
    ]);

  it('find in a plain message what class-validator finds in the DTO', async () => {
    const value = fc.constantFrom<unknown>(
      undefined,
      null,
      '',
      'txt',
      'hi',
      7,
      [],
      ['a'],
      ['a', 'b'],
      [7],
      {},
      {
        a: [],
      },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.record({ roam_ignore_users: value, from: value, ext: value }, { requiredKeys: [] }),
        fc.record({ customEvent: value, customExts: value, msg: value }, { requiredKeys: [] }),
        fc.constantFrom('custom' as const, 'txt' as const),
        async (outer, inner, type) => {
          const message = { ...envelope, ...outer, msg: { type, ...inner } };
          const dto = plainToInstance<object, unknown>(MESSAGE_CLASSES[type].dto, message);
          const expected = messagesOf(await validate(dto)).toSorted();
          expect(
            violationsIn(message)
              .map((each) => each.message)
              .toSorted(),
          ).toEqual(expected);
          expect(messagesOf(validateSync(dto)).toSorted()).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a subclass that decorates a field again', () => {
  class Ext extends TextMessageDto {
    @IsObject()
    declare ext: object;
  }
  class FewTargets extends TextMessageDto {
    @ArrayMaxSize(5)
    declare target: string[];
  }
  class ShortFrom extends TextMessageDto {
    @MaxLength(20)
    declare from: string;
  }
  class ShortUrl extends ImageBody {
    @MaxLength(300)
    declare url: string;
  }
  const message = (dto: object, fields: object): object =>
    Object.assign(dto, { ...envelope, msg: Object.assign(new TextBody(), { msg: 'hi' }) }, fields);
  const image = (url: string): object => Object.assign(new ShortUrl(), { url });

  it.each<[string, object, string[]]>([
    ['a Map in ext', message(new Ext(), { ext: { m: new Map() } }), ['ext.m']],
    ['no target', message(new FewTargets(), { target: [] }), ['target']],
    ['a number as a target', message(new FewTargets(), { target: [7] }), ['target.0']],
    ['an empty sender', message(new ShortFrom(), { from: '' }), ['from']],
    ['an empty url', { ...envelope, msg: image('') }, ['msg.url']],
    ['an empty url in a DTO', message(new ImageMessageDto(), { msg: image('') }), ['msg.url']],
    [
      'six targets, which its own constraint refuses',
      message(new FewTargets(), { target: ['a', 'b', 'c', 'd', 'e', 'f'] }),
      ['target'],
    ],
    [
      'a sender that its own constraint refuses',
      message(new ShortFrom(), { from: 'x'.repeat(21) }),
      ['from'],
    ],
    ['a url that its own constraint refuses', { ...envelope, msg: image('x'.repeat(301)) }, ['msg.url']],
    ['nothing wrong', message(new FewTargets(), {}), []],
  ])('keeps the constraints of the library: %s', (_, dto, paths) => {
    expect(pathsOf(dto)).toEqual(paths);
  });
});
