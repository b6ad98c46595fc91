import { formatValue } from '../checks/format-value.js';
import type { EasemobModuleOptions } from './module.options.js';
import { type Parsed, refused } from './parsed.js';

/** A part of an app key: it becomes a segment of a URL, so it is no step in a path, and UTF-8 can carry it. */
const NAME = /^(?!\.{1,2}$)[^\s#/"'`\u2018-\u201F\p{Cc}\p{Cs}]+$/u;

const QUOTES = /["'`\u2018-\u201F]/;

/** Reads the app key, `org#app`, from `appKey` or from its two parts. */
export function parseAppKey(
  options: Pick<EasemobModuleOptions, 'appKey' | 'orgName' | 'appName'>,
): Parsed<string> {
  const { appKey, orgName, appName } = options;
  if (appKey === undefined && orgName === undefined && appName === undefined) {
    return refused(
      'appKey is missing; give the "org#app" that the Easemob console shows, or orgName and appName.',
    );
  }
  if (appKey === undefined) {
    if (isName(orgName) && isName(appName)) return { value: `${orgName}#${appName}` };
    return refused(
      `orgName and appName must both be given, without "#", "/", quotes or a space, got ${formatValue(orgName)} and ${formatValue(appName)}.`,
    );
  }
  const [org, app, ...others] = partsOf(appKey);
  if (!isName(org) || !isName(app) || others.length > 0) {
    return refused(
      `appKey must look like "org#app", got ${formatValue(appKey)}; copy it from the Easemob console.${hintFor(appKey)}`,
    );
  }
  if ((orgName !== undefined && orgName !== org) || (appName !== undefined && appName !== app)) {
    return refused(
      `appKey ${formatValue(appKey)} and orgName/appName name different apps; give only one of them.`,
    );
  }
  return { value: `${org}#${app}` };
}

function partsOf(appKey: unknown): unknown[] {
  return typeof appKey === 'string' ? appKey.split('#') : [];
}

/** What an environment file may have done to the app key. */
function hintFor(appKey: unknown): string {
  if (typeof appKey !== 'string') return '';
  if (QUOTES.test(appKey)) return ' Its quotes are part of the value here: remove them.';
  return appKey === '' || appKey.includes('#')
    ? ''
    : ' In a .env file, quote it, EASEMOB_APP_KEY="org#app": otherwise # begins a comment.';
}

function isName(part: unknown): part is string {
  return typeof part === 'string' && NAME.test(part);
}
