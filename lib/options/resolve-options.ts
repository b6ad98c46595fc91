import { EasemobConfigError } from '../errors/index.js';
import { isJsonObject } from '../http/json.js';
import { Secret } from '../http/secret.js';
import { parseAppKey } from './app-key.js';
import { formatUnlessText } from '../checks/format-value.js';
import { object } from '../checks/group.js';
import { parseHost } from './host.js';
import type { EasemobModuleExtras, EasemobModuleOptions } from './module.options.js';
import { problemsIn } from './parsed.js';
import { moduleExtras, moduleOptions } from './schema.js';

type ModuleOptions = ReturnType<typeof moduleOptions.resolve>;

/** The options of one app, checked, with every default applied and the secret wrapped. */
export interface ResolvedOptions extends Omit<
  ModuleOptions,
  'orgName' | 'appName' | 'host' | 'allowInsecure' | 'clientSecret'
> {
  /** `org#app` */
  readonly appKey: string;
  /** `https://host/org/app` */
  readonly baseUrl: string;
  readonly clientSecret: Secret;
}

/** `forRoot` takes the options of the app and those of the registration in one object. */
const everyOption = object({ ...moduleOptions.rows, ...moduleExtras.rows });

/**
 * Checks the options of one app and applies the defaults.
 *
 * @throws EasemobConfigError with every problem and how to correct it
 */
export function resolveOptions(options: EasemobModuleOptions): ResolvedOptions {
  if (!isJsonObject(options)) {
    throw new EasemobConfigError([
      `The options must be an object, got ${formatUnlessText(options)}; return them from useFactory.`,
    ]);
  }
  // Some defaults depend on the API. If that option is wrong, the error below says so.
  const api = moduleOptions.rows.api.resolve(options.api, 'legacy');
  const given = moduleOptions.resolve(options, api);
  const { orgName, appName, host, allowInsecure, clientSecret, ...others } = given;
  const appKey = parseAppKey({ appKey: given.appKey, orgName, appName });
  const origin = parseHost(host, allowInsecure);
  const problems = everyOption.problemsOf('', options);
  if (problems.length > 0 || 'problems' in appKey || 'problems' in origin) {
    throw new EasemobConfigError([...problems, ...problemsIn(appKey), ...problemsIn(origin)]);
  }
  return {
    ...others,
    appKey: appKey.value,
    baseUrl: `${origin.value}/${appKey.value.split('#').map(encodeURIComponent).join('/')}`,
    clientSecret: new Secret(clientSecret),
  };
}

/** Applies the defaults of a registration. `resolveOptions`, or `problemsOfExtras`, checks what was given. */
export function resolveExtras(extras: EasemobModuleExtras): ReturnType<typeof moduleExtras.resolve> {
  return moduleExtras.resolve(extras, 'legacy');
}

/** Lists the problems of a registration. */
export function problemsOfExtras({ isGlobal, name }: EasemobModuleExtras): readonly string[] {
  return moduleExtras.problemsOf('', { isGlobal, name });
}
