import type {
  InjectionToken,
  ModuleMetadata,
  OptionalFactoryDependency,
  Provider,
  Type,
} from '@nestjs/common';
import type { EasemobModuleExtras, EasemobModuleOptions } from './easemob.options.js';

/** A class that makes the options of one app. */
export interface EasemobOptionsFactory {
  /** Called once, while the application starts. */
  createEasemobOptions(): EasemobModuleOptions | Promise<EasemobModuleOptions>;
}

/** The arguments of `EasemobModule.forRootAsync`: exactly one of `useFactory`, `useClass` and `useExisting`. */
export interface EasemobModuleAsyncOptions extends EasemobModuleExtras, Pick<ModuleMetadata, 'imports'> {
  /** What `useFactory` is called with. */
  readonly inject?: (InjectionToken | OptionalFactoryDependency)[];
  // The types of the arguments follow from `inject`, which TypeScript cannot express.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly useFactory?: (...dependencies: any[]) => EasemobModuleOptions | Promise<EasemobModuleOptions>;
  /** Instantiated in this module. */
  readonly useClass?: Type<EasemobOptionsFactory>;
  /** Found among what `imports` export, or what is global. */
  readonly useExisting?: InjectionToken<EasemobOptionsFactory>;
  /** Providers that the above need and that live in this module only. */
  readonly extraProviders?: Provider[];
}
