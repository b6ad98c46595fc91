import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { EasemobModuleOptions, EasemobOptionsFactory } from 'nestjs-easemob';
import { EasemobEmulator } from 'nestjs-easemob/testing';

/** The variables that this application reads, and the option that each one sets. */
const VARIABLES = {
  appKey: 'EASEMOB_APP_KEY',
  orgName: 'EASEMOB_ORG_NAME',
  appName: 'EASEMOB_APP_NAME',
  clientId: 'EASEMOB_CLIENT_ID',
  clientSecret: 'EASEMOB_CLIENT_SECRET',
  host: 'EASEMOB_HOST',
  api: 'EASEMOB_API',
} as const;

/** Reads the options from `EASEMOB_*`. If none is set, it starts a local Easemob instead. */
@Injectable()
export class EasemobSettings implements EasemobOptionsFactory, OnApplicationShutdown {
  private readonly logger = new Logger(EasemobSettings.name);
  private emulator: EasemobEmulator | undefined;

  constructor(private readonly config: ConfigService) {}

  async createEasemobOptions(): Promise<EasemobModuleOptions> {
    const given = Object.entries(VARIABLES).flatMap(([option, variable]) => {
      const value = this.config.get<string>(variable);
      return value ? [[option, value] as const] : [];
    });
    if (given.some(([option]) => option !== 'api')) {
      // The module reports all missing and malformed options at once.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked when the module starts
      return Object.fromEntries(given) as unknown as EasemobModuleOptions;
    }
    this.emulator = await EasemobEmulator.start();
    this.logger.log(`No EASEMOB_* variable is set: messages go to a local Easemob at ${this.emulator.url}.`);
    return { ...this.emulator.moduleOptions, ...Object.fromEntries(given) };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.emulator?.stop();
  }
}
