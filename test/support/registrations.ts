import type { DynamicModule } from '@nestjs/common';
import { EasemobModule, type EasemobModuleExtras, type EasemobModuleOptions } from 'nestjs-easemob';

/** A way to register the module, for `describe.each(registrations)`. */
export interface Registration {
  readonly name: 'forRoot' | 'forRootAsync';
  register(options: EasemobModuleOptions & EasemobModuleExtras): DynamicModule;
}

/** Both ways to register the module with the same options. */
export const registrations: readonly Registration[] = [
  { name: 'forRoot', register: (options) => EasemobModule.forRoot(options) },
  {
    name: 'forRootAsync',
    register: ({ name, isGlobal, ...options }) =>
      EasemobModule.forRootAsync({
        ...(name !== undefined && { name }),
        ...(isGlobal !== undefined && { isGlobal }),
        useFactory: () => Promise.resolve(options),
      }),
  },
];
