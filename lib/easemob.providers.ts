import { Logger, type FactoryProvider, type InjectionToken, type Provider } from '@nestjs/common';
import { EasemobClient } from './client/easemob.client.js';
import { type AppSettings, settingsOf } from './easemob.settings.js';
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
import type { EasemobModuleOptions } from './options/module.options.js';
import { problemsOfExtras, resolveOptions } from './options/resolve-options.js';
import { RateLimiter } from './rate-limit/rate-limiter.js';
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
    {
      provide: settings,
      useFactory: (given: EasemobModuleOptions) => settingsOf(resolveOptions(given)),
      inject: [getEasemobOptionsToken(name)],
    },
    { provide: transport, useFactory: createTransport, inject: [settings] },
    {
      provide: tokens,
      useFactory: (app: AppSettings, over: HttpTransport, retries: Retrier) =>
        new TokenService(over, app.token, retries),
      inject: [settings, transport, retrier],
    },
    { provide: retrier, useFactory: (app: AppSettings) => new Retrier(app.retrier), inject: [settings] },
    { provide: client, useFactory: createClient, inject: [settings, transport, tokens, retrier] },
    {
      provide: getMessageServiceToken(name),
      useFactory: (app: AppSettings, over: EasemobClient) => new MessageService(over, app.message),
      inject: [settings, client],
    },
    {
      provide: getFileServiceToken(name),
      useFactory: (app: AppSettings, over: EasemobClient, retries: Retrier) =>
        new FileService(over, app.file, retries.closing),
      inject: [settings, client, retrier],
    },
    {
      provide: EASEMOB_INTERCEPTOR_OPTIONS,
      useFactory: (app: AppSettings) => app.interceptor,
      inject: [settings],
    },
  ];
}

/** The provider of options that are known. */
export function optionsProvider(options: object, name: string | undefined): Provider {
  return { provide: getEasemobOptionsToken(name), useValue: options };
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
  if (useFactory) return [...extraProviders, { provide, useFactory, inject }];

  const createdBy = (factory: InjectionToken): FactoryProvider => ({
    provide,
    useFactory: (creator: EasemobOptionsFactory) => creator.createEasemobOptions(),
    inject: [factory],
  });
  if (useClass) return [...extraProviders, { provide: useClass, useClass }, createdBy(useClass)];
  return [...extraProviders, ...(useExisting ? [createdBy(useExisting)] : [])];
}

function createClient(
  { rateLimiter, client }: AppSettings,
  transport: HttpTransport,
  tokens: TokenService,
  retrier: Retrier,
): EasemobClient {
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
