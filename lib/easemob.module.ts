import { type DynamicModule, Module } from '@nestjs/common';
import type { EasemobModuleAsyncOptions } from './easemob.module-options.js';
import type { EasemobModuleExtras, EasemobModuleOptions } from './easemob.options.js';
import { asyncOptionsProviders, createProviders, exportsOf, optionsProvider } from './easemob.providers.js';

/**
 * Provides `MessageService`, `TokenService` and `FileService` of one Easemob app. Several apps in one process each get a
 * `name`.
 */
@Module({})
export class EasemobModule {
  /**
   * Registers an app whose options are known now.
   *
   * @throws EasemobConfigError while the application starts, with every problem of the options and its cure
   */
  static forRoot(options: EasemobModuleOptions & EasemobModuleExtras): DynamicModule {
    const { name, isGlobal = false } = options;
    return {
      module: EasemobModule,
      global: isGlobal,
      providers: createProviders([optionsProvider(options, name)], name),
      exports: exportsOf(name),
    };
  }

  /**
   * Registers an app whose options are made from what is injected, for instance a `ConfigService`.
   *
   * @throws EasemobConfigError at once when not exactly one of `useFactory`, `useClass`, `useExisting` is given; while
   * the application starts as {@link EasemobModule.forRoot}
   */
  static forRootAsync(options: EasemobModuleAsyncOptions): DynamicModule {
    const { name, isGlobal = false, imports = [] } = options;
    return {
      module: EasemobModule,
      global: isGlobal,
      imports,
      providers: createProviders(asyncOptionsProviders(options), name),
      exports: exportsOf(name),
    };
  }
}
