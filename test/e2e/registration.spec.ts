import { inspect } from 'node:util';
import {
  Controller,
  type DynamicModule,
  Get,
  Inject,
  Injectable,
  Module,
  type ModuleMetadata,
  Scope,
} from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  EasemobModule,
  type EasemobModuleAsyncOptions,
  type EasemobModuleOptions,
  getEasemobOptionsToken,
  MessageService,
} from 'nestjs-easemob';
import { EasemobEmulator } from 'nestjs-easemob/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { RecordedLogs } from '../support/recorded-logs.js';
import { registrations } from '../support/registrations.js';
import { textTo } from '../support/text-message.js';

const SHOP = { appKey: 'acme#shop', clientId: 'id', clientSecret: 'YXA6-shop-client-secret' };
const SUPPORT = { appKey: 'acme#support', clientId: 'id', clientSecret: 'YXA6-support-client-secret' };

type Imports = NonNullable<ModuleMetadata['imports']>;

const started: TestingModule[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((each) => each.close()));
});

async function start(...imports: Imports): Promise<TestingModule> {
  const moduleRef = await Test.createTestingModule({ imports }).compile();
  started.push(moduleRef);
  return moduleRef.init();
}

const configError = (text: string) => ({
  name: 'EasemobConfigError',
  kind: 'config',
  problems: [expect.stringContaining(text) as string],
});

describe('options that depend on the request', () => {
  @Injectable({ scope: Scope.REQUEST })
  class TenantSettings {
    createEasemobOptions(): EasemobModuleOptions {
      return SHOP;
    }
  }

  @Injectable({ scope: Scope.REQUEST, durable: true })
  class DurableSettings extends TenantSettings {}

  @Injectable()
  class IndirectSettings {
    constructor(@Inject(REQUEST) readonly request: object) {}

    createEasemobOptions(): EasemobModuleOptions {
      return SHOP;
    }
  }

  @Module({ providers: [TenantSettings], exports: [TenantSettings] })
  class TenantModule {}

  @Controller()
  class SendController {
    constructor(readonly messages: MessageService) {}

    @Get()
    get(): string {
      return 'x';
    }
  }

  it.each<[string, EasemobModuleAsyncOptions]>([
    ['useFactory with REQUEST', { inject: [REQUEST], useFactory: () => SHOP }],
    ['an optional REQUEST', { inject: [{ token: REQUEST, optional: true }], useFactory: () => SHOP }],
    ['a request-scoped class', { useClass: TenantSettings }],
    ['a durable class', { useClass: DurableSettings }],
    ['a class that injects REQUEST', { useClass: IndirectSettings }],
    ['useExisting of a request-scoped provider', { imports: [TenantModule], useExisting: TenantSettings }],
    [
      'extraProviders',
      {
        extraProviders: [{ provide: 'tenant', useFactory: () => 'x', scope: Scope.REQUEST }],
        inject: ['tenant'],
        useFactory: () => SHOP,
      },
    ],
  ])('stop the start-up: %s', async (_, options) => {
    for (const name of [undefined, 'support']) {
      const module = Test.createTestingModule({
        imports: [EasemobModule.forRootAsync({ ...options, name, isGlobal: true })],
        controllers: name === undefined ? [SendController] : [],
      });
      // oxlint-disable-next-line no-await-in-loop -- one application after the other
      const app = (await module.compile()).createNestApplication({ logger: false });
      // oxlint-disable-next-line no-await-in-loop -- one application after the other
      await expect(app.init()).rejects.toMatchObject(
        configError('The options depend on REQUEST or on another request-scoped provider'),
      );
    }
  });

  it('do not matter where a test replaces them', async () => {
    const emulator = await EasemobEmulator.start();
    const moduleRef = await Test.createTestingModule({
      imports: [EasemobModule.forRootAsync({ useClass: TenantSettings })],
    })
      .overrideProvider(getEasemobOptionsToken())
      .useValue(emulator.moduleOptions)
      .compile();
    await moduleRef.init();
    await moduleRef.get(MessageService).sendText(textTo('bob'));
    await moduleRef.close();
    await emulator.stop();
    expect(emulator.messages).toHaveLength(1);
  });

  it('are not those of a transient class', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class TransientSettings extends TenantSettings {}
    await expect(start(EasemobModule.forRootAsync({ useClass: TransientSettings }))).resolves.toBeDefined();
  });
});

/** Imports the module in a feature module of its own. */
function inFeature(easemob: DynamicModule): DynamicModule {
  @Module({})
  class FeatureModule {}
  return { module: FeatureModule, imports: [easemob] };
}

describe.each(registrations)('with $name', (registration) => {
  it.each<[string, Imports, string]>([
    [
      'two apps without a name',
      [registration.register(SHOP), registration.register(SUPPORT)],
      'are both registered without a name; give each app its own name',
    ],
    [
      'two apps without a name in two modules',
      [
        inFeature(registration.register(SHOP)),
        inFeature(registration.register({ ...SUPPORT, isGlobal: true })),
      ],
      'are both registered without a name',
    ],
    [
      'two apps of one name',
      [
        registration.register({ ...SHOP, name: 'support' }),
        registration.register({ ...SUPPORT, name: 'support' }),
      ],
      'are both registered with the name "support"',
    ],
    [
      'one app without a name twice',
      [inFeature(registration.register(SHOP)), inFeature(registration.register(SHOP))],
      'acme#shop is registered twice without a name; call forRoot once, with isGlobal: true',
    ],
  ])('%s stop the start-up', async (_, imports, text) => {
    const error: unknown = await start(...imports).catch((reason: unknown) => reason);
    expect(error).toMatchObject(configError(text));
    expect(String(error)).toContain('acme#shop');
    if (text.includes('both')) expect(String(error)).toContain('acme#support');
  });

  it('two modules may import the same registration', async () => {
    const easemob = registration.register(SHOP);
    const app = await start(inFeature(easemob), inFeature(easemob));
    expect(app.get(MessageService, { strict: false, each: true })).toHaveLength(1);
  });

  it('two apps have two names, and one of them may have none', async () => {
    const names = [undefined, 'support', 'shop'];
    await expect(
      start(...names.map((name) => registration.register({ ...SHOP, name }))),
    ).resolves.toBeDefined();
  });

  it('two applications of one process may be of two apps', async () => {
    await start(registration.register(SHOP));
    await expect(start(registration.register(SUPPORT))).resolves.toBeDefined();
  });

  it('an application whose modules are told apart by their contents takes no app for another', async () => {
    const compiling = Test.createTestingModule(
      { imports: [registration.register(SHOP), registration.register(SUPPORT)] },
      { moduleIdGeneratorAlgorithm: 'deep-hash' },
    ).compile();
    await expect(compiling).rejects.toMatchObject(configError('are both registered without a name'));
  });

  it('printing the whole application shows no secret', async () => {
    const proxy = 'http://user:proxy-pa55word@127.0.0.1:9';
    const app = await start(registration.register({ ...SHOP, http: { proxyUrl: proxy } }));
    const nest = app.createNestApplication({ logger: false });
    const options = { depth: 14, showHidden: true, maxArrayLength: null, maxStringLength: null };
    const printed = inspect([app, nest], options) + inspect(app.get(MessageService), options);
    // Not `toContain`, which would print a megabyte.
    const shown = (text: string): boolean => printed.includes(text);
    expect(shown('EasemobSettings')).toBe(true);
    expect([SHOP.clientSecret, 'proxy-pa55word'].filter(shown)).toEqual([]);
  });

  it.each<[string, Parameters<typeof registration.register>[0], string]>([
    ['by default', SHOP, 'acme#shop at https://a1.easemob.com, legacy API, rate limits on, retries on'],
    [
      'of a named app with everything off',
      {
        ...SUPPORT,
        name: 'support',
        host: 'a41.easemob.com:8443',
        api: 'current',
        rateLimit: false,
        retry: false,
      },
      'acme#support (support) at https://a41.easemob.com:8443, current API, rate limits off, retries off',
    ],
  ])('the start-up logs one line per app: %s', async (_, options, line) => {
    const logs = new RecordedLogs();
    const app = await Test.createTestingModule({ imports: [registration.register(options)] })
      .setLogger(logs)
      .compile();
    await app.init();
    await app.close();
    const ours = logs.lines.filter((each) => each.includes("'Easemob'"));
    expect(ours).toEqual([`log: '${line}' 'Easemob'`]);
  });
});
