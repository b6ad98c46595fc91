import { Body, ClassSerializerInterceptor, Controller, type INestApplication, Post } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { EasemobModule, MessageService, type SendResult } from 'nestjs-easemob';
import { EasemobEmulator } from 'nestjs-easemob/testing';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textTo } from '../support/text-message.js';

@Controller()
class SendController {
  constructor(private readonly messages: MessageService) {}

  @Post()
  send(@Body() { target }: { target: string[] }): Promise<SendResult> {
    return this.messages.sendText(textTo(...target));
  }
}

/** User IDs that are also names of JavaScript's own. */
const SPECIAL = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'then',
  'toJSON',
  'length',
  'prototype',
];

describe.each<[string, object[]]>([
  ['JSON', []],
  ['ClassSerializerInterceptor', [{ provide: APP_INTERCEPTOR, useClass: ClassSerializerInterceptor }]],
])('a result that a controller returns through %s', (_, providers) => {
  let emulator: EasemobEmulator;
  let app: INestApplication;

  beforeEach(async () => {
    emulator = await EasemobEmulator.start();
    const moduleRef = await Test.createTestingModule({
      imports: [EasemobModule.forRoot(emulator.moduleOptions)],
      controllers: [SendController],
      providers: providers as never,
    }).compile();
    app = await moduleRef.createNestApplication({ logger: false }).init();
  });
  afterEach(async () => {
    await app.close();
    await emulator.stop();
  });

  const post = async (...target: string[]): Promise<{ status: number; body: SendResult }> => {
    const response = await request(app.getHttpServer() as never)
      .post('/')
      .send({ target });
    return { status: response.status, body: response.body as SendResult };
  };

  it.each([SPECIAL, ...SPECIAL.map((target) => [target])].map((target) => ({ target })))(
    'names its targets: $target',
    async ({ target }) => {
      const { status, body } = await post(...target);
      expect(status).toBe(201);
      const ids = emulator.messages.map(({ id }) => id);
      expect(body).toMatchObject({
        outcomes: target.map((each, index) => ({ target: each, status: 'sent', messageId: ids[index] })),
        response: { action: 'post', duration: expect.any(Number) as number },
      });
    },
  );

  it('has the whole response, except for members that no serializer takes', async () => {
    const said =
      '{"data":{"bob":"1","constructor":"2","__proto__":"3"},"constructor":"x","list":[{"constructor":1,"a":2}]}';
    emulator.failNext({ status: 200, body: said }, 1, { path: '/messages' });
    const { status, body } = await post('bob', 'constructor', '__proto__');
    expect(status).toBe(201);
    expect(body.response).toEqual({ data: { bob: '1' }, list: [{ a: 2 }] });
    expect(body.outcomes.map(({ messageId }) => messageId)).toEqual(['1', '2', '3']);
  });

  it.each([
    ['objects', '{"a":', '}'],
    ['lists', '[', ']'],
  ])('is cut where %s nest too deep for a serializer', async (_name, open, close) => {
    const deep = open.repeat(100_000) + '1' + close.repeat(100_000);
    emulator.failNext({ status: 200, body: `{"data":{"bob":"1"},"deep":${deep}}` }, 1, { path: '/messages' });
    const { status, body } = await post('bob');
    expect([status, body.outcomes]).toMatchObject([201, [{ messageId: '1' }]]);
  });
});
