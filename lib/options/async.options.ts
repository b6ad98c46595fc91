import type {
  InjectionToken,
  ModuleMetadata,
  OptionalFactoryDependency,
  Provider,
  Type,
} from '@nestjs/common';
import type { EasemobModuleExtras, EasemobModuleOptions } from './module.options.js';

/** A class that creates the options of one app, for `useClass` and `useExisting`. */
export interface EasemobOptionsFactory {
  /** Called once, while the application starts. */
  createEasemobOptions(): EasemobModuleOptions | Promise<EasemobModuleOptions>;
}

/** The arguments of `EasemobModule.forRootAsync`: exactly one of `useFactory`, `useClass` and `useExisting`. */
export interface EasemobModuleAsyncOptions extends EasemobModuleExtras {
  /** The modules that export the providers named below. */
  readonly imports?: ModuleMetadata['imports'] | undefined;
  /** The providers that `useFactory` is called with. */
  readonly inject?: (InjectionToken | OptionalFactoryDependency)[] | undefined;
  /** Creates the options. Called once, while the application starts. */
  readonly useFactory?:
    // oxlint-disable-next-line typescript/no-explicit-any -- the types follow from `inject`, which TypeScript cannot express
    ((...dependencies: any[]) => EasemobModuleOptions | Promise<EasemobModuleOptions>) | undefined;
  /** The class that creates the options. This module instantiates it. */
  readonly useClass?: Type<EasemobOptionsFactory> | undefined;
  /** The token of an existing provider that creates the options: exported by one of `imports`, or global. */
  readonly useExisting?: InjectionToken<EasemobOptionsFactory> | undefined;
  /** Providers that the above need and that exist in this module only. */
  readonly extraProviders?: Provider[] | undefined;
}
