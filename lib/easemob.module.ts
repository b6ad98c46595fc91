import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { asyncOptionsProviders, createProviders, exportsOf, optionsProvider } from './easemob.providers.js';
import { assertNoneUnread } from './easemob.settings.js';
import type { EasemobModuleAsyncOptions } from './options/async.options.js';
import type { EasemobModuleExtras, EasemobModuleOptions } from './options/module.options.js';
import { resolveExtras } from './options/resolve-options.js';

/**
 * Provides `MessageService`, `TokenService` and `FileService` of one Easemob app. Several apps in one process each get a
 * `name`.
 */
@Module({})
export class EasemobModule {
  /**
   * Registers an app with given options.
   *
   * @throws EasemobConfigError while the application starts, with every problem of the options and how to correct it
   */
  static forRoot(options: EasemobModuleOptions & EasemobModuleExtras): DynamicModule {
    return register(options, (name) => [optionsProvider(options, name)]);
  }

  /**
   * Registers an app with options that are created from injected providers, for instance a `ConfigService`.
   *
   * @throws EasemobConfigError at once, unless exactly one of `useFactory`, `useClass` and `useExisting` is given, or
   * when `name` or `isGlobal` is wrong; while the application starts, as {@link EasemobModule.forRoot} does
   */
  static forRootAsync(options: EasemobModuleAsyncOptions): DynamicModule {
    return register(options, (name) => asyncOptionsProviders(options, name), options.imports);
  }
}

function register(
  extras: EasemobModuleExtras,
  optionsProviders: (name: string | undefined) => Provider[],
  imports: DynamicModule['imports'] = [],
): DynamicModule {
  const { name, isGlobal, ...unreadExtras } = resolveExtras(extras);
  assertNoneUnread({ unreadExtras });
  return {
    module: EasemobModule,
    global: isGlobal,
    imports,
    providers: createProviders(optionsProviders(name), name),
    exports: exportsOf(name),
  };
}
