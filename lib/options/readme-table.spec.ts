import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isJsonObject } from '../http/json.js';
import { type Option, PerApi } from '../checks/option.js';
import { moduleExtras, moduleOptions } from './schema.js';

/** An option as a row of the table documents it. */
interface Documented {
  readonly name: string;
  readonly type: string;
  readonly default: string;
}

type Rows = Readonly<Record<string, Option<unknown>>>;

const SCHEMA = documentedRows(moduleOptions.rows);

const ENGLISH = 'README.md';
const CHINESE = 'README.zh-CN.md';

/** The words that the Chinese table has for those of the schema. */
const TRANSLATIONS: readonly (readonly [string, string])[] = [
  ['required', '必填'],
  ['from appKey', '取自 appKey'],
  ['as the console says', '以控制台为准'],
  ['memory', '内存'],
  ['on', '开启'],
  ['others', '其他'],
  ['none', '不限'],
];

describe('the table of options', () => {
  it.each([ENGLISH, CHINESE])(
    'in %s has every option of the schema, with its type and its default',
    (file) => {
      const expected = SCHEMA.map(({ name, type, default: standard }) => ({
        name,
        type: plain(type),
        default: plain(file === CHINESE ? translated(standard) : standard),
      }));
      expect(tableOf(readme(file))).toEqual(expected);
    },
  );

  it.each([ENGLISH, CHINESE])('in %s is followed by the options of a registration', (file) => {
    const [, after = ''] = /\n\n(.*`forRootAsync`.*)\n/.exec(afterTable(readme(file))) ?? [];
    for (const name of Object.keys(moduleExtras.rows)) expect(after).toContain(`\`${name}\``);
  });
});

function documentedRows(rows: Rows, prefix = ''): Documented[] {
  return Object.entries(rows).flatMap(([name, row]) => {
    const path = prefix + name;
    const documented = { name: path, type: row.type, default: defaultOf(row) };
    if (!('rows' in row)) return [documented];
    const members = documentedRows(row.rows as Rows, `${path}.`);
    // `false` or an object: the group is an option of its own.
    return row.defaultText === undefined ? members : [documented].concat(members);
  });
}

function defaultOf(row: Option<unknown>): string {
  if (row.defaultText !== undefined) return row.defaultText;
  if (row.default === undefined) return '';
  if (!(row.default instanceof PerApi)) return formatted(row.default);
  return `${formatted(row.default.legacy)}; current: ${formatted(row.default.current)}`;
}

function formatted(value: unknown): string {
  if (value === Infinity) return 'none';
  if (typeof value === 'string') return `'${value}'`;
  if (!isJsonObject(value)) return String(value);
  const entries = Object.entries(value);
  if (!('txt' in value))
    return `{ ${entries.map(([key, each]) => `${key}: ${formatted(each)}`).join(', ')} }`;

  // A number of bytes per message type: the exceptions first, then the number of all others.
  const others = value.cmd;
  const exceptions = entries.filter(([, bytes]) => bytes !== others);
  const list = exceptions.map(([type, bytes]) => `${type} ${formatted(bytes)}`);
  return list.length === 0 ? formatted(others) : [...list, `others ${formatted(others)}`].join(', ');
}

function translated(text: string): string {
  let translation = text;
  for (const [english, chinese] of TRANSLATIONS) {
    translation = translation.replaceAll(new RegExp(`\\b${english}\\b`, 'g'), chinese);
  }
  return translation;
}

function readme(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
}

/** The rows of the table; a row that names several options counts as several. */
function tableOf(text: string): Documented[] {
  const [table = ''] = /^\| (?:option|选项) [^]*?(?=\n\n)/m.exec(text) ?? [];
  const [, , ...lines] = table.split('\n');
  return lines.flatMap((line) => {
    const [, names = '', type = '', standard = ''] = line.split(/(?<!\\)\|/).map(plain);
    return names.split(',').map((name) => ({ name, type, default: standard }));
  });
}

function afterTable(text: string): string {
  return text.slice(text.search(/^\| `upstreamAuth`/m));
}

/** A cell without markup and spaces, and with the punctuation of English. */
function plain(cell: string): string {
  return cell
    .replaceAll(/[`\\\s]/g, '')
    .replaceAll(/[、，]/g, ',')
    .replaceAll('；', ';')
    .replaceAll('：', ':');
}
