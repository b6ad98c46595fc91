import type { ModulesContainer } from '@nestjs/core';
import { EasemobConfigError } from '../errors/index.js';

/** The apps by name, of every application in this process. */
const applications = new WeakMap<ModulesContainer, Map<string | undefined, string>>();

/**
 * Refuses a second registration of a name, or of none, in one application: an injected service would belong to either of
 * them, and two of one app would each count their own rate limits.
 *
 * @throws EasemobConfigError that names both apps
 */
export function assertOneAppPerName(
  application: ModulesContainer,
  name: string | undefined,
  appKey: string,
): void {
  const apps = applications.get(application) ?? new Map<string | undefined, string>();
  applications.set(application, apps);
  const other = apps.get(name);
  if (other !== undefined) throw new EasemobConfigError([secondRegistration(name, other, appKey)]);
  apps.set(name, appKey);
}

function secondRegistration(name: string | undefined, first: string, second: string): string {
  const how = name === undefined ? 'without a name' : `with the name ${JSON.stringify(name)}`;
  return first === second
    ? `${first} is registered twice ${how}; call forRoot once, with isGlobal: true, or in one module that exports EasemobModule.`
    : `${first} and ${second} are both registered ${how}; give each app its own name, forRoot({ name: 'support', … }), and inject its services by that name.`;
}
