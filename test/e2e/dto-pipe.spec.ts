import 'reflect-metadata';

import {
  Body,
  Controller,
  HttpCode,
  Module,
  Post,
  ValidationPipe,
  type INestApplication,
} from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  CustomMessageDto,
  ImageMessageDto,
  MESSAGE_TYPES,
  MessageDto,
  TextBody,
  TextMessageDto,
} from 'nestjs-easemob';

interface Refusal {
  readonly statusCode: number;
  readonly message: string[];
}

@Controller()
class Echo {
  received: unknown;

  @Post('any')
  @HttpCode(200)
  any(@Body() message: MessageDto): MessageDto {
    return this.echo(message);
  }

  @Post('text')
  @HttpCode(200)
  text(@Body() message: TextMessageDto): TextMessageDto {
    return this.echo(message);
  }

  @Post('image')
  @HttpCode(200)
  image(@Body() message: ImageMessageDto): ImageMessageDto {
    return this.echo(message);
  }

  @Post('custom')
  @HttpCode(200)
  custom(@Body() message: CustomMessageDto): CustomMessageDto {
    return this.echo(message);
  }

  private echo<Message>(message: Message): Message {
    this.received = message;
    return message;
  }
}

@Module({ controllers: [Echo] })
class EchoModule {}

const adapters = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
] as const;

const pipes = [
  ['the strict pipe', { transform: true, whitelist: true, forbidNonWhitelisted: true }],
  ['the transforming pipe', { transform: true }],
  ['the whitelisting pipe', { whitelist: true }],
  ['the plain pipe', {}],
  ['the pipe that stops at the first error', { transform: true, stopAtFirstError: true }],
] as const;

const text = (extra: object = {}) => ({
  target_type: 'users',
  target: ['bob'],
  msg: { type: 'txt', msg: 'hi' },
  ...extra,
});

describe.each(adapters)('on %s', (_adapter, adapter) => {
  describe.each(pipes)('under %s', (pipe, options) => {
    let app: INestApplication;

    beforeAll(async () => {
      const moduleRef = await Test.createTestingModule({ imports: [EchoModule] }).compile();
      app = moduleRef.createNestApplication(adapter());
      app.useGlobalPipes(new ValidationPipe(options));
      await app.init();
      if (_adapter === 'Fastify')
        await (app as NestFastifyApplication).getHttpAdapter().getInstance().ready();
    });

    afterAll(() => app.close());

    /** A string body is sent as it is, for members that an object literal cannot have. */
    async function post(path: string, body: object | string): Promise<{ status: number; body: unknown }> {
      return request(app.getHttpServer())
        .post(`/${path}`)
        .set('Content-Type', 'application/json')
        .send(typeof body === 'string' ? body : JSON.stringify(body));
    }

    async function refusal(path: string, body: object | string): Promise<string[]> {
      const { body: response } = await post(path, body);
      expect(response).toMatchObject({ statusCode: 400 });
      return (response as Refusal).message;
    }

    it.each(['any', 'text'])('takes a text message at /%s as it is', async (path) => {
      const message = text({ from: 'alice', sync_device: true, routetype: 'ROUTE_ONLINE' });
      expect(await post(path, message)).toMatchObject({ status: 200, body: message });
    });

    it('keeps everything in ext and customExts', async () => {
      const ext = {
        toString: 't',
        valueOf: [1, [], {}],
        hasOwnProperty: null,
        deep: { a: { b: { c: [{ d: false }, null, ''] } }, empty: {} },
        em_apns_ext: { em_push_sound: 'a.caf' },
      };
      const customExts = { toString: 't', valueOf: 1, size: '16', on: true };
      const message = text({ ext, msg: { type: 'custom', customEvent: 'gift_1', customExts } });
      expect((await post('any', message)).body).toEqual(message);
      expect((await post('custom', message)).body).toEqual(message);
    });

    it('loses in ext only what Nest itself strips from every body', async () => {
      const body = JSON.stringify(text({ ext: 'here' })).replace(
        '"here"',
        '{"kept":1,"constructor":"c","prototype":"p"}',
      );
      expect((await post('any', body)).body).toEqual(text({ ext: { kept: 1 } }));
    });

    it('takes user IDs that are names of object members', async () => {
      const message = text({ target: ['__proto__', 'constructor', 'toString'] });
      expect((await post('any', message)).body).toEqual(message);
    });

    it.each(['__proto__', 'constructor', 'toString', 'text', ''])(
      'refuses the type %j by name',
      async (type) => {
        const [first] = await refusal('any', text({ msg: { type, msg: 'hi' } }));
        expect(first).toContain(`msg.type must be one of ${MESSAGE_TYPES.join(', ')}, got `);
      },
    );

    it.each([
      ['missing', undefined],
      ['null', null],
      ['a string', 'hi'],
      ['an empty array', []],
      ['a number', 1],
    ])('refuses a msg that is %s', async (_, msg) => {
      const refusals = await Promise.all(
        ['any', 'text', 'image'].map((path) => refusal(path, text({ msg }))),
      );
      for (const sentences of refusals) {
        expect(sentences.join('\n')).toContain('msg must be an object with the fields');
      }
    });

    it('refuses a msg that is an array of messages, by its name', async () => {
      const msg = [{ type: 'txt', msg: 'hi' }];
      const refusals = await Promise.all(
        ['any', 'text', 'image'].map((path) => refusal(path, text({ msg }))),
      );
      // Nest 11 only repeats what is wrong with the entries.
      for (const [first] of refusals) expect(first).toMatch(/^msg\b/);
    });

    it.each(['null', '[]', '{}', `[${JSON.stringify(text())}]`])('refuses the body %s', async (body) => {
      expect((await post('any', body)).status).toBe(400);
    });

    it.each([
      ['ext must be an object, got null', text({ ext: null })],
      ['ext must be an object, got an empty array', text({ ext: [] })],
      [
        'ext must be nested at most 1000 levels deep',
        `{"target_type":"users","target":["bob"],"msg":{"type":"txt","msg":"hi"},"ext":${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}}`,
      ],
      [
        'ext.n must be a value that JSON can carry, got an infinite number',
        `{"target_type":"users","target":["bob"],"msg":{"type":"txt","msg":"hi"},"ext":{"n":1e999}}`,
      ],
      ['target_type must be one of users, chatgroups, chatrooms, got null', text({ target_type: null })],
      ['from must be a non-empty string, got null', text({ from: null })],
      ['from must be a non-empty string, got a number', text({ from: 7 })],
      ['from must be a non-empty string, got an empty string', text({ from: '' })],
      ['target must be an array of 1 to 600 non-empty strings, got a string', text({ target: 'bob' })],
      ['target must be an array of 1 to 600 non-empty strings, got a number', text({ target: 7 })],
      ['target must be an array of 1 to 600 non-empty strings, got an empty string', text({ target: '' })],
      ['target must be an array of 1 to 600 non-empty strings, got an object', text({ target: {} })],
      ['target must be an array of 1 to 600 non-empty strings, got nothing', text({ target: undefined })],
      ['target must be an array of 1 to 600 non-empty strings, got an empty array', text({ target: [] })],
      ['target.1 must be a non-empty string, got a number', text({ target: ['bob', 7, ''] })],
      ['target.0 must be a non-empty string, got null', text({ target: [null, 'bob'] })],
      ['target must have at most 600 entries, got 601', text({ target: Array(601).fill('bob') })],
      [
        'roam_ignore_users must be an array of at most 20 non-empty strings, got a boolean',
        text({ roam_ignore_users: true }),
      ],
      [
        'roam_ignore_users must have at most 20 entries, got 21',
        text({ roam_ignore_users: Array(21).fill('x') }),
      ],
      [
        'roam_ignore_users.0 must be a non-empty string, got an empty array',
        text({ roam_ignore_users: [[]] }),
      ],
      ['env must be 1 to 8 letters or digits, got a number', text({ env: 7 })],
      ['msg.msg must be a string, got a number', text({ msg: { type: 'txt', msg: 1 } })],
      [
        'msg.customExts.a must be a string, a finite number or a boolean',
        text({ msg: { type: 'custom', customEvent: 'e', customExts: { a: [] } } }),
      ],
      ['msg.url must be a non-empty string, got nothing', text({ msg: { type: 'img' } })],
      ['msg.url must be a non-empty string, got null', text({ msg: { type: 'img', url: null } })],
      [
        'msg.length must be a number of seconds, 0 or more, got a string',
        text({ msg: { type: 'audio', url: 'u', length: '7' } }),
      ],
      [
        'msg.length must be a number of seconds, 0 or more, got a negative number',
        text({ msg: { type: 'audio', url: 'u', length: -7 } }),
      ],
      [
        'msg.lat must be a number of degrees from -90 to 90',
        text({ msg: { type: 'loc', lat: null, lng: 1, addr: '' } }),
      ],
      ['msg.customEvent must be 1 to 32 letters', text({ msg: { type: 'custom', customEvent: 7 } })],
      [
        'msg.customExts must have at most 16 entries, got 17',
        text({
          msg: {
            type: 'custom',
            customEvent: 'e',
            customExts: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [n, n])),
          },
        }),
      ],
      [
        'msg.size must be an object with width and height, got an array',
        text({ msg: { type: 'img', url: 'u', size: [1, 2] } }),
      ],
      [
        'msg.size.width must be a number of pixels',
        text({ msg: { type: 'img', url: 'u', size: { width: '1' } } }),
      ],
    ])('responds with 400 and one text: %s', async (sentence, body) => {
      const sentences = await refusal('any', body);
      expect(sentences).toHaveLength(1);
      expect(sentences[0]).toContain(sentence);
    });

    it('refuses a message of another type by the DTO of one', async () => {
      expect(await refusal('image', text())).toContainEqual(
        expect.stringContaining('msg.type must be "img", got the string "txt"'),
      );
    });

    if (pipe === 'the strict pipe') {
      it('refuses fields that no document knows', async () => {
        expect(await refusal('any', text({ extra: 1 }))).toEqual(['property extra should not exist']);
        expect(await refusal('any', text({ msg: { type: 'txt', msg: 'hi', param: 1 } }))).toEqual([
          'msg.property param should not exist',
        ]);
      });

      it('takes the result of an upload spread into msg', async () => {
        const uploaded = {
          url: 'https://a1.easemob.com/o/a/chatfiles/u',
          uuid: 'u',
          secret: 's',
          filename: 'a.jpg',
        };
        const message = text({ msg: { type: 'img', ...uploaded, size: { width: 1, height: 1 } } });
        expect((await post('image', message)).body).toEqual(message);
      });
    }

    if ('transform' in options) {
      it('hands over instances, with the type filled in where the DTO knows it', async () => {
        await post('text', text({ msg: { msg: 'hi' } }));
        const { received } = app.get(Echo);
        expect(received).toBeInstanceOf(TextMessageDto);
        expect(received).toHaveProperty('msg', expect.any(TextBody));
        expect(received).toHaveProperty('msg.type', 'txt');
      });
    }
  });
});
