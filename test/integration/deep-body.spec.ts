import {
  Body,
  Controller,
  HttpCode,
  type INestApplication,
  Post,
  UseInterceptors,
  ValidationPipe,
} from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { EasemobErrorInterceptor, MessageDto, TextMessageDto } from 'nestjs-easemob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

@Controller()
@UseInterceptors(EasemobErrorInterceptor)
class ReceivingController {
  @Post('any')
  @HttpCode(204)
  any(@Body() _message: MessageDto): void {}

  @Post('text')
  @HttpCode(204)
  text(@Body() _message: TextMessageDto): void {}

  @Post('bug')
  bug(@Body() _message: TextMessageDto): never {
    return this.bug(_message);
  }
}

const FIELDS: Readonly<Record<string, string>> = {
  target_type: '"users"',
  target: '["bob"]',
  msg: '{"type":"txt","msg":"hi"}',
};
const NESTINGS: Readonly<Record<string, (depth: number) => string>> = {
  arrays: (depth) => '['.repeat(depth) + ']'.repeat(depth),
  objects: (depth) => `${'{"":'.repeat(depth)}1${'}'.repeat(depth)}`,
};
const write = (fields: Readonly<Record<string, string>>): string =>
  `{${Object.entries(fields)
    .map(([name, json]) => `"${name}":${json}`)
    .join(',')}}`;
const PLACES: Readonly<Record<string, (nested: string) => string>> = {
  ext: (nested) => write({ ...FIELDS, ext: nested }),
  target: (nested) => write({ ...FIELDS, target: nested }),
  msg: (nested) => write({ ...FIELDS, msg: nested }),
  'msg.msg': (nested) => write({ ...FIELDS, msg: `{"type":"txt","msg":${nested}}` }),
  'a field that no message has': (nested) => write({ ...FIELDS, other: nested }),
  'the whole body': (nested) => nested,
};

describe.each([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('a body under the strict pipe on %s', (_platform, createAdapter) => {
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    const module = await Test.createTestingModule({ controllers: [ReceivingController] }).compile();
    app = module.createNestApplication(createAdapter(), { logger: false });
    app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }));
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());

  const post = async (path: string, body: string): Promise<{ status: number; text: string }> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/${path}`, { method: 'POST', headers, body });
    return { status: response.status, text: await response.text() };
  };

  describe.each(Object.keys(PLACES))('nested deeply in %s', (place) => {
    it.each(Object.keys(NESTINGS))('by %s is a 400, however deep', async (kind) => {
      for (const depth of [2_000, 8_000, 16_000, 45_000]) {
        const body = PLACES[place]?.(NESTINGS[kind]?.(depth) ?? '') ?? '';
        // Express refuses more than this by itself.
        if (body.length > 100_000) continue;
        for (const path of ['any', 'text']) {
          // oxlint-disable-next-line no-await-in-loop -- one request after the other
          const { status, text } = await post(path, body);
          expect(status, `${depth} at /${path}: ${text}`).toBe(400);
        }
      }
    });
  });

  it('is told what to do about it', async () => {
    const { text } = await post('any', PLACES['target']?.(NESTINGS['arrays']?.(20_000) ?? '') ?? '');

    expect(JSON.parse(text)).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: [
        'the body must be nested at most 1000 levels deep, got more; flatten it or send parts of it as strings',
      ],
    });
  });

  it('may have as many levels as a message may', async () => {
    expect(await post('any', write({ ...FIELDS, ext: NESTINGS['objects']?.(1_000) ?? '' }))).toMatchObject({
      status: 204,
    });
  });

  it('does not hide that the stack overflows over something else', async () => {
    expect(await post('bug', write(FIELDS))).toMatchObject({ status: 500 });
  });
});
