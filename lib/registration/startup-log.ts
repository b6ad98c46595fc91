import { Logger, type OnModuleInit } from '@nestjs/common';
import type { EasemobApi } from '../options/module.options.js';

/** What the start-up tells of an app. */
export interface AppSummary {
  readonly appKey: string;
  /** `https://host[:port]` */
  readonly origin: string;
  readonly api: EasemobApi;
  readonly hasRateLimits: boolean;
  readonly hasRetries: boolean;
}

/** Logs one line per app while the application starts. */
export class StartupLog implements OnModuleInit {
  readonly #summary: AppSummary;
  readonly #name: string | undefined;

  constructor(summary: AppSummary, name: string | undefined) {
    this.#summary = summary;
    this.#name = name;
  }

  onModuleInit(): void {
    const { appKey, origin, api, hasRateLimits, hasRetries } = this.#summary;
    const app = this.#name === undefined ? appKey : `${appKey} (${this.#name})`;
    new Logger('Easemob').log(
      `${app} at ${origin}, ${api} API, rate limits ${onOrOff(hasRateLimits)}, retries ${onOrOff(hasRetries)}`,
    );
  }
}

function onOrOff(isOn: boolean): string {
  return isOn ? 'on' : 'off';
}
