// An ES module application on Nest 12, without a compiler: it sends, answers HTTP, ends, and prints what it saw.
/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-extraneous-class -- plain JavaScript has neither types nor decorators */
import { Body, Controller, Inject, Module, Post, UseInterceptors, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import nest from '@nestjs/core/package.json' with { type: 'json' };
import { EasemobErrorInterceptor, EasemobModule, MessageService, TextMessageDto } from 'nestjs-easemob';
import { EasemobEmulator } from 'nestjs-easemob/testing';

class MessagesController {
  constructor(messages) {
    this.messages = messages;
  }

  send(message) {
    return this.messages.sendText(message);
  }
}
Inject(MessageService)(MessagesController, undefined, 0);
Body()(MessagesController.prototype, 'send', 0);
Reflect.defineMetadata('design:paramtypes', [TextMessageDto], MessagesController.prototype, 'send');
Post()(
  MessagesController.prototype,
  'send',
  Object.getOwnPropertyDescriptor(MessagesController.prototype, 'send'),
);
UseInterceptors(EasemobErrorInterceptor)(MessagesController);
Controller('messages')(MessagesController);

const emulator = await EasemobEmulator.start();

class AppModule {}
Module({
  imports: [EasemobModule.forRoot(emulator.moduleOptions)],
  controllers: [MessagesController],
})(AppModule);

const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] });
app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }));
await app.listen(0, '127.0.0.1');

const message = { target_type: 'users', target: ['user2', 'user3'], from: 'user1', msg: { msg: 'hello' } };
const { outcomes } = await app.get(MessageService).sendText(message);

const post = async (body) => {
  const answer = await fetch(`${await app.getUrl()}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(body),
  });
  const { statusCode, message: text, easemob } = await answer.json();
  return { status: answer.status, statusCode, text, easemob: easemob?.error };
};
const taken = await post(message);
const refusedByPipe = await post({ ...message, ext: null });
emulator.failNext({ status: 404 }, 1, { path: '/messages' });
const refusedByEasemob = await post(message);

const delivered = emulator.messages.map(({ target, from, msg }) => ({ target, from, msg }));
await app.close();
await emulator.stop();

const timersLeft = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
const seen = { outcomes, taken, refusedByPipe, refusedByEasemob, delivered, timersLeft };
process.stdout.write(JSON.stringify({ nest: nest.version, seen }));
