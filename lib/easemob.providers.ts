import { Logger, type FactoryProvider, type InjectionToken, type Provider } from '@nestjs/common';
import { EasemobClient } from './client/easemob.client.js';
import { type GivenOptions, registrationProviders, type SealedSettings } from './easemob.registration.js';
import type { AppSettings } from './easemob.settings.js';
import {
  getClientToken,
  getEasemobOptionsToken,
  getFileServiceToken,
  getMessageServiceToken,
  getRetrierToken,
  getSettingsToken,
  getTokenServiceToken,
  getTransportToken,
} from './easemob.tokens.js';
import { createTransport } from './easemob.transport.js';
import { describeError } from './errors/describe-error.js';
import { EasemobConfigError } from './errors/index.js';
import { EASEMOB_INTERCEPTOR_OPTIONS } from './errors/interceptor-options.token.js';
import { FileService } from './files/file.service.js';
import type { HttpTransport } from './http/http.transport.js';
import { MessageService } from './messages/message.service.js';
import type { EasemobModuleAsyncOptions, EasemobOptionsFactory } from './options/async.options.js';
import { problemsOfExtras } from './options/resolve-options.js';
import { RateLimiter } from './rate-limit/rate-limiter.js';
import { Sealed } from './registration/sealed.js';
import { Retrier } from './retry/retrier.js';
import { TokenService } from './token/token.service.js';

/** The tokens that the module of one app exports. */
export function exportsOf(name: string | undefined): InjectionToken[] {
  return [
    getMessageServiceToken(name),
    getTokenServiceToken(name),
    getFileServiceToken(name),
    EASEMOB_INTERCEPTOR_OPTIONS,
  ];
}

/** The providers of one app, from its options to its services. Each part gets its own settings only. */
export function createProviders(options: Provider[], name: string | undefined): Provider[] {
  const settings = getSettingsToken(name);
  const transport = getTransportToken(name);
  const tokens = getTokenServiceToken(name);
  const retrier = getRetrierToken(name);
  const client = getClientToken(name);
  return [
    ...options,
    ...registrationProviders(name),
    {
      provide: transport,
      useFactory: (app: SealedSettings) => createTransport(app.open()),
      inject: [settings],
    },
    {
      provide: tokens,
      useFactory: (app: SealedSettings, over: HttpTransport, retries: Retrier) =>
        new TokenService(over, app.open().token, retries),
      inject: [settings, transport, retrier],
    },
    {
      provide: retrier,
      useFactory: (app: SealedSettings) => new Retrier(app.open().retrier),
      inject: [settings],
    },
    { provide: client, useFactory: createClient, inject: [settings, transport, tokens, retrier] },
    {
      provide: getMessageServiceToken(name),
      useFactory: (app: SealedSettings, over: EasemobClient) => new MessageService(over, app.open().message),
      inject: [settings, client],
    },
    {
      provide: getFileServiceToken(name),
      useFactory: (app: SealedSettings, over: EasemobClient, retries: Retrier) =>
        new FileService(over, app.open().file, retries.closing),
      inject: [settings, client, retrier],
    },
    {
      provide: EASEMOB_INTERCEPTOR_OPTIONS,
      useFactory: (app: SealedSettings) => app.open().interceptor,
      inject: [settings],
    },
  ];
}

/** The provider of options that are known. */
export function optionsProvider(options: object, name: string | undefined): Provider {
  return { provide: getEasemobOptionsToken(name), useValue: new Sealed(options) };
}

/**
 * The providers of options that a factory creates.
 *
 * @throws EasemobConfigError unless exactly one of `useFactory`, `useClass` and `useExisting` is given, and when `name` or
 * `isGlobal` is wrong
 */
export function asyncOptionsProviders(
  options: EasemobModuleAsyncOptions,
  name: string | undefined,
): Provider[] {
  const { useFactory, useClass, useExisting, inject = [], extraProviders = [] } = options;
  const ways = [useFactory, useClass, useExisting].filter((way) => way !== undefined).length;
  const problems = [...problemsOfExtras(options)];
  if (ways !== 1) {
    problems.push(
      `forRootAsync takes exactly one of useFactory, useClass and useExisting, got ${ways || 'none'}.`,
    );
  }
  if (problems.length > 0) throw new EasemobConfigError(problems);
  const provide = getEasemobOptionsToken(name);
  if (useFactory) {
    const create = async (...dependencies: unknown[]): Promise<GivenOptions> =>
      new Sealed(await useFactory(...dependencies));
    return [...extraProviders, { provide, useFactory: create, inject }];
  }
  const createdBy = (factory: InjectionToken): FactoryProvider<GivenOptions> => ({
    provide,
    useFactory: async (creator: EasemobOptionsFactory) => new Sealed(await creator.createEasemobOptions()),
    inject: [factory],
  });
  if (useClass) return [...extraProviders, { provide: useClass, useClass }, createdBy(useClass)];
  return [...extraProviders, ...(useExisting ? [createdBy(useExisting)] : [])];
}

function createClient(
  settings: SealedSettings,
  transport: HttpTransport,
  tokens: TokenService,
  retrier: Retrier,
): EasemobClient {
  const { rateLimiter, client } = settings.open();
  const limiter = rateLimiter && createRateLimiter(rateLimiter);
  return new EasemobClient(transport, tokens, limiter, retrier, client);
}

function createRateLimiter({ options, context }: NonNullable<AppSettings['rateLimiter']>): RateLimiter {
  const logger = new Logger('RateLimiter');
  return new RateLimiter(options, {
    ...context,
    onStoreError: (error) => logger.warn(`The rate limit store failed (${describeError(error)}).`),
  });
}
