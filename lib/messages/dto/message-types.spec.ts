import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import * as index from '../../index.js';
import { MESSAGE_CLASSES, MESSAGE_TYPES } from './message-types.js';

const EXPORTS: Readonly<Record<string, unknown>> = index;
const INDEX = read('lib/index.ts');
const READMES = { 'README.md': read('README.md'), 'README.zh-CN.md': read('README.zh-CN.md') };

it('the message types are those that Easemob documents', () => {
  expect(MESSAGE_TYPES).toEqual(['txt', 'img', 'audio', 'video', 'file', 'loc', 'cmd', 'custom']);
});

describe.each(Object.entries(MESSAGE_CLASSES))('the message type %s', (type, { body, dto }) => {
  const name = dto.name.replace(/MessageDto$/, '');

  it('has its DTO, its body and the type that its method takes among the exports', () => {
    expect(EXPORTS[dto.name]).toBe(dto);
    expect(EXPORTS[body.name]).toBe(body);
    expect(body.name).toBe(`${name}Body`);
    const types = [...INDEX.matchAll(/^export type \{([^}]*)\}/gm)].flatMap(([, list = '']) =>
      list.split(',').map((each) => each.trim()),
    );
    expect(types).toContain(`${name}Message`);
  });

  it('has its method', () => {
    expect(index.MessageService.prototype).toHaveProperty(`send${name}`);
  });

  it.each(Object.entries(READMES))('has its row in %s', (_file, text) => {
    const row = text.split('\n').find((line) => line.startsWith(`| \`send${name}\``));
    expect(row).toContain(`| \`${dto.name}\` `);
    expect(row).toContain(`type: '${type}'`);
  });
});

function read(file: string): string {
  return readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
}
