import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';

/** The application, ready to listen. */
export async function createApp(): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, { bodyParser: false });
  // Several curl examples of the send-message document name no content type. curl then sends them as a form.
  app.useBodyParser('json', { type: ['application/json', 'application/x-www-form-urlencoded'] });
  app.enableShutdownHooks();
  return app;
}
