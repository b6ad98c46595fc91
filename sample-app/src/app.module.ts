import { Module, ValidationPipe } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { EasemobErrorInterceptor, EasemobModule } from 'nestjs-easemob';
import { EasemobSettings } from './easemob/easemob-settings.service.js';
import { FilesController } from './files/files.controller.js';
import { HomeController } from './home/home.controller.js';
import { MessagesController } from './messages/messages.controller.js';
import { TokenController } from './token/token.controller.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    EasemobModule.forRootAsync({ useClass: EasemobSettings }),
  ],
  controllers: [HomeController, MessagesController, FilesController, TokenController],
  providers: [
    { provide: APP_INTERCEPTOR, useClass: EasemobErrorInterceptor },
    {
      provide: APP_PIPE,
      useValue: new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }),
    },
  ],
})
export class AppModule {}
