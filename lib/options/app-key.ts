import type { EasemobModuleOptions } from '../easemob.options.js';
import { shown } from './shown.js';

/** The app key as `org#app`; a problem is added where there is none to be had. */
export function appKeyOf(options: EasemobModuleOptions, problems: string[]): string {
  const { appKey, orgName, appName } = options;
  if (appKey === undefined && orgName === undefined && appName === undefined) {
    problems.push(
      'appKey is missing; give the "org#app" that the Easemob console shows, or orgName and appName.',
    );
    return '';
  }
  const parts = appKey === undefined ? [orgName, appName] : partsOf(appKey);
  if (parts.length !== 2 || !parts.every(isName)) {
    problems.push(
      appKey === undefined
        ? `orgName and appName must both be given and hold no "#", "/" or space, got ${shown(orgName)} and ${shown(appName)}.`
        : `appKey must look like "org#app", got ${shown(appKey)}; copy it from the Easemob console.`,
    );
    return '';
  }
  const [org, app] = parts;
  if ((orgName !== undefined && orgName !== org) || (appName !== undefined && appName !== app)) {
    problems.push(`appKey ${shown(appKey)} and orgName/appName name different apps; give only one of them.`);
  }
  return `${org}#${app}`;
}

function partsOf(appKey: unknown): unknown[] {
  return typeof appKey === 'string' ? appKey.split('#') : [];
}

function isName(part: unknown): part is string {
  return typeof part === 'string' && /^[^\s#/]+$/.test(part);
}
