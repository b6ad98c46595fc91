// The application that both consumers run, each with its own Nest and its own module system: it sends a message, serves
// HTTP, closes, and returns what it saw. It has no compiler, so decorators are called as functions.
/* oxlint-disable typescript/no-extraneous-class -- plain JavaScript has no decorators */
'use strict';

module.exports = async function run({ common, core, easemob, testing }) {
  const { Body, Controller, Inject, Module, Post, UseInterceptors, ValidationPipe } = common;
  const { EasemobErrorInterceptor, EasemobModule, MessageService, TextMessageDto } = easemob;

  class MessagesController {
    constructor(messages) {
      this.messages = messages;
    }

    send(message) {
      return this.messages.sendText(message);
    }
  }
  const { prototype } = MessagesController;
  Inject(MessageService)(MessagesController, undefined, 0);
  Body()(prototype, 'send', 0);
  Reflect.defineMetadata('design:paramtypes', [TextMessageDto], prototype, 'send');
  Post()(prototype, 'send', Object.getOwnPropertyDescriptor(prototype, 'send'));
  UseInterceptors(EasemobErrorInterceptor)(MessagesController);
  Controller('messages')(MessagesController);

  const emulator = await testing.EasemobEmulator.start();

  class AppModule {}
  Module({
    imports: [EasemobModule.forRoot(emulator.moduleOptions)],
    controllers: [MessagesController],
  })(AppModule);

  const app = await core.NestFactory.create(AppModule, { logger: ['warn', 'error'] });
  app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }));
  await app.listen(0, '127.0.0.1');

  const message = { target_type: 'users', target: ['user2', 'user3'], from: 'user1', msg: { msg: 'hello' } };
  const { outcomes } = await app.get(MessageService).sendText(message);

  const post = async (body) => {
    const response = await fetch(`${await app.getUrl()}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify(body),
    });
    const { statusCode, message: text, easemob: details } = await response.json();
    return { status: response.status, statusCode, text, easemob: details?.error };
  };
  const accepted = await post(message);
  const refusedByPipe = await post({ ...message, ext: null });
  emulator.failNext({ status: 404 }, 1, { path: '/messages' });
  const refusedByEasemob = await post(message);

  const delivered = emulator.messages.map(({ target, from, msg }) => ({ target, from, msg }));
  await app.close();
  await emulator.stop();

  const timersLeft = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  return { outcomes, accepted, refusedByPipe, refusedByEasemob, delivered, timersLeft };
};
