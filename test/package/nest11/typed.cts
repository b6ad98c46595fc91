// Compiled against the installed package alone, as CommonJS; a linter may run before it is installed.
/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-redundant-type-constituents -- types that are not installed yet are any */
import { Body, Controller, Injectable, Module, Post } from '@nestjs/common';
import {
  EasemobModule,
  isEasemobError,
  InjectMessageService,
  MessageService,
  TextMessageDto,
  type EasemobErrorKind,
  type SendResult,
} from 'nestjs-easemob';
import { RedisTokenStore } from 'nestjs-easemob/redis';
import { EasemobEmulator, type EmulatedMessage } from 'nestjs-easemob/testing';

@Injectable()
export class Support {
  constructor(@InjectMessageService('support') private readonly messages: MessageService) {}

  async reply(user: string): Promise<EasemobErrorKind | undefined> {
    try {
      await this.messages.sendText({ target_type: 'users', target: [user], msg: { msg: 'hello' } });
      // @ts-expect-error: a text message has no url
      await this.messages.sendText({ target_type: 'users', target: [user], msg: { url: 'hello' } });
      return undefined;
    } catch (error) {
      return isEasemobError(error) ? error.kind : undefined;
    }
  }
}

@Controller('messages')
export class MessagesController {
  constructor(private readonly messages: MessageService) {}

  @Post()
  send(@Body() message: TextMessageDto): Promise<SendResult> {
    return this.messages.sendText(message);
  }
}

export async function start(store: RedisTokenStore): Promise<readonly EmulatedMessage[]> {
  const emulator = await EasemobEmulator.start();
  @Module({
    imports: [
      EasemobModule.forRoot({
        ...emulator.moduleOptions,
        token: { store },
        http: {
          setup: (http) => {
            http.axiosRef.interceptors.request.use((config) => config);
          },
        },
      }),
    ],
    controllers: [MessagesController],
    providers: [Support],
  })
  class AppModule {}
  return AppModule.name === '' ? [] : emulator.messages;
}
