import { randomUUID } from 'node:crypto';
import type { Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type AppSettings, settingsOf } from './easemob.settings.js';
import {
  getEasemobOptionsToken,
  getOptionsGuardToken,
  getRegistrationToken,
  getSettingsToken,
  getStartupLogToken,
} from './easemob.tokens.js';
import type { EasemobModuleOptions } from './options/module.options.js';
import { resolveOptions } from './options/resolve-options.js';
import { closeLast } from './registration/close-last.js';
import { assertOneAppPerName } from './registration/one-app-per-name.js';
import { Sealed } from './registration/sealed.js';
import { StartupLog } from './registration/startup-log.js';
import { StaticOptionsGuard } from './registration/static-options-guard.js';

/** The options as a provider holds them; a test that overrides them gives them as they are. */
export type GivenOptions = Sealed<EasemobModuleOptions> | EasemobModuleOptions;

/** The settings as a provider holds them. */
export type SealedSettings = Sealed<AppSettings>;

/** The providers that one registration has besides the parts of the app: what is decided once, when it starts. */
export function registrationProviders(name: string | undefined): Provider[] {
  const settings = getSettingsToken(name);
  const options = getEasemobOptionsToken(name);
  return [
    // Where Nest tells modules apart by their contents, two registrations must not be taken for one.
    { provide: getRegistrationToken(name), useValue: randomUUID() },
    {
      provide: getOptionsGuardToken(name),
      useFactory: (modules: ModulesContainer) => new StaticOptionsGuard(modules, options),
      inject: [ModulesContainer],
    },
    {
      provide: settings,
      useFactory: (given: GivenOptions, modules: ModulesContainer): SealedSettings => {
        const app = settingsOf(resolveOptions(given instanceof Sealed ? given.open() : given));
        assertOneAppPerName(modules, name, app.summary.appKey);
        closeLast(modules, settings);
        return new Sealed(app);
      },
      inject: [options, ModulesContainer],
    },
    {
      provide: getStartupLogToken(name),
      useFactory: (app: SealedSettings) => new StartupLog(app.open().summary, name),
      inject: [settings],
    },
  ];
}
