import { type DynamicModule, Inject, Injectable, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  EasemobModule,
  type EasemobModuleAsyncOptions,
  type EasemobModuleOptions,
  type EasemobOptionsFactory,
  FileService,
  getEasemobOptionsToken,
  getFileServiceToken,
  getMessageServiceToken,
  getTokenServiceToken,
  InjectFileService,
  InjectMessageService,
  InjectTokenService,
  MessageService,
  TokenService,
} from 'nestjs-easemob';
import { EasemobEmulator } from 'nestjs-easemob/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Imports = NonNullable<Parameters<typeof Test.createTestingModule>[0]['imports']>;

const text = (target: string) => ({ target_type: 'users' as const, target: [target], msg: { msg: 'hi' } });

let emulator: EasemobEmulator;
let started: TestingModule | undefined;

beforeEach(async () => {
  emulator = await EasemobEmulator.start();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await started?.close();
  started = undefined;
  await emulator.stop();
});

async function start(...imports: Imports): Promise<TestingModule> {
  started = await Test.createTestingModule({ imports }).compile();
  return started.init();
}

describe('forRootAsync', () => {
  const EMULATOR = Symbol('emulator');

  @Injectable()
  class Settings implements EasemobOptionsFactory {
    constructor(@Inject(EMULATOR) private readonly local: EasemobEmulator) {}

    createEasemobOptions(): EasemobModuleOptions {
      return this.local.moduleOptions;
    }
  }

  const local = { provide: EMULATOR, useFactory: () => emulator };

  @Module({ providers: [local, Settings], exports: [EMULATOR, Settings] })
  class SettingsModule {}

  it.each<[string, EasemobModuleAsyncOptions]>([
    ['useFactory alone', { useFactory: () => emulator.moduleOptions }],
    ['useFactory with a promise', { useFactory: () => Promise.resolve(emulator.moduleOptions) }],
    [
      'useFactory with inject and imports',
      {
        imports: [SettingsModule],
        inject: [Settings, { token: 'nothing', optional: true }],
        useFactory: (settings: Settings, nothing: unknown) => ({
          ...settings.createEasemobOptions(),
          ...(nothing === undefined && { validate: true }),
        }),
      },
    ],
    ['useClass with imports', { imports: [SettingsModule], useClass: Settings }],
    ['useClass with extraProviders', { extraProviders: [local], useClass: Settings }],
    ['useExisting', { imports: [SettingsModule], useExisting: Settings }],
    [
      'useFactory with extraProviders',
      {
        extraProviders: [local],
        inject: [EMULATOR],
        useFactory: (injected: EasemobEmulator) => injected.moduleOptions,
      },
    ],
  ])('takes %s', async (_, options) => {
    const moduleRef = await start(EasemobModule.forRootAsync(options));
    await moduleRef.get(MessageService).sendText(text('bob'));
    expect(emulator.messages.map(({ target }) => target)).toEqual(['bob']);
  });

  it.each<[string, EasemobModuleAsyncOptions, string]>([
    ['no way to create the options', {}, 'got none'],
    ['two ways at once', { useFactory: () => emulator.moduleOptions, useClass: Settings }, 'got 2'],
    ['a blank name', { useFactory: () => emulator.moduleOptions, name: ' ' }, 'name must be a non-empty'],
    [
      'isGlobal as a string',
      { useFactory: () => emulator.moduleOptions, isGlobal: 'yes' as unknown as boolean },
      'isGlobal must be true or false, got "yes"',
    ],
  ])('refuses %s at once', (_, options, problem) => {
    expect(() => EasemobModule.forRootAsync(options)).toThrow(problem);
  });

  it('reads the environment through ConfigModule', async () => {
    vi.stubEnv('EASEMOB_HOST', `${emulator.url}/`);
    vi.stubEnv('EASEMOB_APP_KEY', emulator.moduleOptions.appKey);
    vi.stubEnv('EASEMOB_CLIENT_ID', emulator.moduleOptions.clientId);
    vi.stubEnv('EASEMOB_CLIENT_SECRET', emulator.moduleOptions.clientSecret);
    const moduleRef = await start(
      EasemobModule.forRootAsync({
        imports: [ConfigModule.forRoot({ ignoreEnvFile: true })],
        inject: [ConfigService],
        useFactory: (config: ConfigService) => ({
          host: config.getOrThrow<string>('EASEMOB_HOST'),
          appKey: config.getOrThrow<string>('EASEMOB_APP_KEY'),
          clientId: config.getOrThrow<string>('EASEMOB_CLIENT_ID'),
          clientSecret: config.getOrThrow<string>('EASEMOB_CLIENT_SECRET'),
        }),
      }),
    );
    await moduleRef.get(MessageService).sendText(text('bob'));
    expect(emulator.messages).toHaveLength(1);
  });
});

describe('isGlobal', () => {
  @Injectable()
  class Greeter {
    constructor(readonly messages: MessageService) {}
  }

  @Module({ providers: [Greeter] })
  class GreetingModule {}

  it('lets a module that imports nothing inject the services', async () => {
    const moduleRef = await start(
      EasemobModule.forRoot({ ...emulator.moduleOptions, isGlobal: true }),
      GreetingModule,
    );
    await moduleRef.get(Greeter, { strict: false }).messages.sendText(text('bob'));
    expect(emulator.messages).toHaveLength(1);
  });

  it('works for forRootAsync', async () => {
    const moduleRef = await start(
      EasemobModule.forRootAsync({ useFactory: () => emulator.moduleOptions, isGlobal: true }),
      GreetingModule,
    );
    expect(moduleRef.get(Greeter, { strict: false }).messages).toBe(moduleRef.get(MessageService));
  });

  it('is off by default', async () => {
    await expect(start(EasemobModule.forRoot(emulator.moduleOptions), GreetingModule)).rejects.toThrow(
      /can't resolve dependencies of the Greeter/,
    );
  });
});

describe('several apps in one process', () => {
  @Injectable()
  class Desk {
    constructor(
      readonly messages: MessageService,
      readonly files: FileService,
      readonly tokens: TokenService,
      @InjectMessageService('support') readonly supportMessages: MessageService,
      @InjectFileService('support') readonly supportFiles: FileService,
      @InjectTokenService('support') readonly supportTokens: TokenService,
      @InjectMessageService('shop') readonly shopMessages: MessageService,
      @InjectMessageService() readonly sameMessages: MessageService,
    ) {}
  }

  let support: EasemobEmulator;
  let desk: Desk;

  beforeEach(async () => {
    support = await EasemobEmulator.start({
      appKey: 'acme#support',
      clientId: 'support-id',
      clientSecret: 'support-secret',
    });
    started = await Test.createTestingModule({
      imports: [
        EasemobModule.forRoot(emulator.moduleOptions),
        EasemobModule.forRoot({ ...support.moduleOptions, name: 'support' }),
        EasemobModule.forRootAsync({
          name: 'shop',
          useFactory: () => ({ ...emulator.moduleOptions, api: 'current' }),
        }),
      ],
      providers: [Desk],
    }).compile();
    desk = started.get(Desk);
  });

  afterEach(() => support.stop());

  it('each have their own services and tokens', async () => {
    await desk.messages.sendText(text('of the default app'));
    await desk.supportMessages.sendText(text('of support'));
    await desk.shopMessages.sendText(text('of the shop'));
    await desk.supportFiles.upload(Buffer.from('x'));
    await desk.files.upload(Buffer.from('y'));

    expect(support.messages.map(({ target }) => target)).toEqual(['of support']);
    expect(emulator.messages.map(({ target }) => target)).toEqual(['of the default app', 'of the shop']);
    expect(emulator.requests.map(({ path }) => path)).toEqual([
      '/easemob-demo/testapp/token',
      '/easemob-demo/testapp/messages',
      '/easemob-demo/testapp/token',
      '/easemob-demo/testapp/messages/users',
      '/easemob-demo/testapp/chatfiles',
    ]);
    expect(support.files.map(({ bytes }) => bytes.toString())).toEqual(['x']);
    expect(support.tokensIssued).toBe(1);
    expect(await desk.supportTokens.getToken()).not.toBe(await desk.tokens.getToken());
  });

  it('are found under their injection tokens, the default app under the classes', () => {
    expect(desk.sameMessages).toBe(desk.messages);
    expect(started?.get(getMessageServiceToken('support'))).toBe(desk.supportMessages);
    expect(started?.get(getFileServiceToken('support'))).toBe(desk.supportFiles);
    expect(started?.get(getTokenServiceToken('support'))).toBe(desk.supportTokens);
    expect(started?.get(getMessageServiceToken())).toBe(desk.messages);
    expect(desk.supportMessages).not.toBe(desk.messages);
    expect(desk.supportMessages).toBeInstanceOf(MessageService);
  });

  it('fail apart: revoked tokens of one do not affect the other', async () => {
    await Promise.all([desk.messages.sendText(text('a')), desk.supportMessages.sendText(text('a'))]);
    support.revokeTokens();
    await Promise.all([desk.messages.sendText(text('b')), desk.supportMessages.sendText(text('b'))]);
    expect([emulator.tokensIssued, support.tokensIssued]).toEqual([1, 2]);
  });
});

describe('getEasemobOptionsToken', () => {
  const PRODUCTION = { appKey: 'acme#shop', clientId: 'id', clientSecret: 'secret', host: 'a1.easemob.com' };

  class VaultSettings implements EasemobOptionsFactory {
    createEasemobOptions(): never {
      throw new Error('the vault is not reachable from a test');
    }
  }

  const unreachable = (): never => new VaultSettings().createEasemobOptions();

  it.each<[string, DynamicModule, string | undefined]>([
    ['forRoot', EasemobModule.forRoot(PRODUCTION), undefined],
    ['forRoot of a named app', EasemobModule.forRoot({ ...PRODUCTION, name: 'support' }), 'support'],
    ['forRootAsync', EasemobModule.forRootAsync({ useFactory: unreachable }), undefined],
    [
      'forRootAsync of a named app',
      EasemobModule.forRootAsync({ useFactory: unreachable, name: 'support' }),
      'support',
    ],
    ['forRootAsync with useClass', EasemobModule.forRootAsync({ useClass: VaultSettings }), undefined],
    [
      'forRootAsync with useExisting',
      EasemobModule.forRootAsync({ extraProviders: [VaultSettings], useExisting: VaultSettings }),
      undefined,
    ],
  ])('lets a test connect the application to the emulator, with %s', async (_, easemob, name) => {
    @Module({ imports: [easemob] })
    class AppModule {}

    started = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(getEasemobOptionsToken(name))
      .useValue(emulator.moduleOptions)
      .compile();
    const token = getMessageServiceToken(name);
    await started.get<MessageService>(token, { strict: false }).sendText(text('bob'));
    expect(emulator.messages.map(({ target }) => target)).toEqual(['bob']);
  });

  it('leaves the other apps as they are', async () => {
    const support = await EasemobEmulator.start({ appKey: 'acme#support' });
    started = await Test.createTestingModule({
      imports: [
        EasemobModule.forRoot(support.moduleOptions),
        EasemobModule.forRoot({ ...PRODUCTION, name: 'shop' }),
      ],
    })
      .overrideProvider(getEasemobOptionsToken('shop'))
      .useValue(emulator.moduleOptions)
      .compile();
    await started.get(MessageService).sendText(text('of support'));
    await started.get<MessageService>(getMessageServiceToken('shop')).sendText(text('of the shop'));
    expect(support.messages.map(({ target }) => target)).toEqual(['of support']);
    expect(emulator.messages.map(({ target }) => target)).toEqual(['of the shop']);
    await support.stop();
  });
});
