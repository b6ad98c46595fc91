// Runs where the tarball and one set of its peers are installed: it sends a message, uploads a file, makes both Redis
// stores, and prints what it saw. It has no compiler, so decorators are called as functions.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import { EasemobModule, FileService, MessageService } from 'nestjs-easemob';
import { RedisRateLimitStore, RedisTokenStore } from 'nestjs-easemob/redis';
import { EasemobEmulator } from 'nestjs-easemob/testing';

const emulator = await EasemobEmulator.start();

// oxlint-disable-next-line typescript/no-extraneous-class -- plain JavaScript has no decorators
class AppModule {}
Module({ imports: [EasemobModule.forRoot(emulator.moduleOptions)] })(AppModule);

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] });
const { uuid } = await app.get(FileService).upload(Buffer.from('hello'), { filename: 'hello.txt' });
const { outcomes } = await app
  .get(MessageService)
  .sendText({ target_type: 'users', target: ['user2'], from: 'user1', msg: { msg: 'hello' } });
const refused = await app
  .get(MessageService)
  .sendText({ target_type: 'users', target: ['user2'], msg: {} })
  .catch((error) => error.kind);

const client = new Redis({ lazyConnect: true });
const stores = [new RedisTokenStore({ client }), new RedisRateLimitStore({ client })];
client.disconnect();

await app.close();
const seen = {
  sent: outcomes.map(({ target, status }) => `${target} ${status}`),
  delivered: emulator.messages.map(({ target, msg }) => [target, msg.msg]),
  refused,
  uploaded: emulator.files.map((file) => file.uuid === uuid && file.filename),
  stores: stores.map((store) => store.constructor.name),
};
await emulator.stop();
process.stdout.write(JSON.stringify(seen));
