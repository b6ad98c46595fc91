import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { runNode } from './support/child.js';
import {
  filesIn,
  manifest,
  type Manifest,
  ROOT,
  specifiersOf,
  withoutComments,
} from './support/repository.js';

const isRelative = (specifier: string): boolean => specifier.startsWith('.');
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const sources = filesIn('lib', '.ts').filter(({ path }) => !path.endsWith('.spec.ts'));
const declarations = new Map(filesIn('dist', '.d.ts').map(({ path, text }) => [path, text]));

describe('package.json', () => {
  const advertised = [manifest.main, manifest.types, ...Object.values(manifest.exports).flatMap(pathsOf)];

  it.each([...new Set(advertised)])('%s exists after the build', (path) => {
    expect(existsSync(join(ROOT, path))).toBe(true);
  });

  it('lists for every entry its types first, then the default condition that require() needs', () => {
    for (const target of Object.values(manifest.exports)) {
      if (typeof target !== 'string') expect(Object.keys(target)).toEqual(['types', 'default']);
    }
  });

  it('declares every package that lib/ imports', () => {
    const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
    const undeclared = sources.flatMap(({ path, text }) =>
      specifiersOf(text)
        .filter((specifier) => !isRelative(specifier) && !isBuiltin(specifier))
        .map(packageOf)
        .filter((name) => !Object.hasOwn(declared, name))
        .map((name) => `lib/${path} imports ${name}`),
    );
    expect(undeclared).toEqual([]);
  });

  it('runs only Node.js, npm and what npm installs: no command that a system may not have', () => {
    const installed = ['oxlint', 'prettier', 'tsc', 'vitest'];
    const commands = Object.values(manifest.scripts).flatMap((script) => script.split(/&&|\|\||[;|&]/));
    const names = commands.map((command) =>
      command.split(' ').find((word) => word !== '' && !word.includes('=')),
    );
    expect(names.filter((name) => !['node', 'npm', ...installed].includes(name ?? ''))).toEqual([]);
  });

  it('declares no package that lib/ does not use', () => {
    const used = new Set(sources.flatMap(({ text }) => specifiersOf(text).map(packageOf)));
    // Nest's decorators use reflect-metadata, every application uses the core, and the stores use a client of ioredis.
    const usedIndirectly = new Set(['reflect-metadata', '@nestjs/core', 'ioredis']);
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    expect(declared.filter((name) => !used.has(name) && !usedIndirectly.has(name))).toEqual([]);
  });

  it('declares no peer optional that the core imports', () => {
    const optional = Object.entries(manifest.peerDependenciesMeta)
      .filter(([, { optional: isOptional }]) => isOptional === true)
      .map(([name]) => name);
    expect(optional).toContain('ioredis');
    const core = sources.filter(({ path }) => !path.startsWith('redis/'));
    const imported = core.flatMap(({ text }) => specifiersOf(text).map(packageOf));
    expect(imported.filter((name) => optional.includes(name))).toEqual([]);
    const intoRedis = core.flatMap(({ text }) =>
      specifiersOf(text).filter((each) => each.includes('/redis/')),
    );
    expect(intoRedis).toEqual([]);
  });
});

describe('the build', () => {
  it('imports relative modules by their full .js paths, which exist', () => {
    const wrong = filesIn('dist', '.js', '.d.ts').flatMap(({ path, text }) =>
      specifiersOf(text)
        .filter(isRelative)
        .filter((each) => !each.endsWith('.js') || !existsSync(join(ROOT, 'dist', dirname(path), each)))
        .map((each) => `${path} imports ${each}`),
    );
    expect(wrong).toEqual([]);
  });

  it.concurrent.each(['nestjs-easemob', 'nestjs-easemob/testing', 'nestjs-easemob/redis'])(
    'can be loaded by require(%j), which a top-level await would prevent',
    async (entry) => {
      const load = `process.stdout.write(String(Object.keys(require('${entry}')).length > 0))`;
      expect(await runNode(['-e', load], ROOT)).toEqual({ code: 0, stdout: 'true', stderr: '' });
    },
  );

  it('has no import.meta, which Jest cannot transform to CommonJS', () => {
    const found = filesIn('dist', '.js').filter(({ text }) => /\bimport\.meta\b/.test(withoutComments(text)));
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it('keeps the documentation in the declarations', () => {
    for (const [path, text] of declarations) {
      const exported = text.match(/^export (?:declare )?(?:abstract )?class /m);
      if (exported) expect(text, path).toMatch(/\/\*\*[^]*?\*\/\s*export (?:declare )?(?:abstract )?class /);
    }
    expect(declarations.get('messages/message.service.d.ts')).toContain('@throws EasemobValidationError');
    expect(declarations.get('options/module.options.d.ts')).toContain("@default 'https://a1.easemob.com'");
  });

  it('declares no member that is marked as internal', () => {
    for (const [path, text] of declarations) expect(text, path).not.toContain('@internal');
    expect(declarations.get('errors/easemob.error.d.ts')).not.toContain('concludes');
  });

  it('declares no type of axios except the HttpService that http.setup receives', () => {
    const found = [...reachableFrom('index.d.ts')].flatMap((path) =>
      [...withoutComments(declarations.get(path) ?? '').matchAll(/^.*axios.*$/gim)].map(([line]) =>
        line.trim(),
      ),
    );
    expect(found).toEqual(["import type { HttpService } from '@nestjs/axios';"]);
  });
});

describe('the tarball', () => {
  const tarball = inject('tarball');

  it('contains the build, the documents and the licence', () => {
    const { files } = tarball;
    const beside = files.filter((path) => !path.startsWith('dist/'));
    expect(beside).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'README.zh-CN.md', 'package.json']);
    expect(files).toEqual(
      expect.arrayContaining(['dist/index.js', 'dist/testing/index.js', 'dist/redis/index.js']),
    );
  });

  it('contains no sources, tests or maps', () => {
    expect(tarball.files.filter((path) => /(?<!\.d)\.ts$|\.(?:spec|map)\b|tsbuildinfo/.test(path))).toEqual(
      [],
    );
  });

  it.concurrent('satisfies publint', async () => {
    const publint = join(ROOT, 'node_modules/.bin/publint');
    const { code, stdout } = await runNode([publint, 'run', tarball.path, '--strict'], ROOT);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('All good!') as string,
    });
  });

  it.concurrent('satisfies attw for ES modules', async () => {
    const attw = join(ROOT, 'node_modules/.bin/attw');
    const args = ['--ignore-rules', 'cjs-resolves-to-esm', '--'];
    const { code, stdout } = await runNode([attw, ...args, tarball.path], ROOT);
    expect(code, stdout).toBe(0);
  });
});

function pathsOf(target: Manifest['exports'][string]): string[] {
  return typeof target === 'string' ? [target] : Object.values(target);
}

/** The declaration files that an entry reaches. */
function reachableFrom(entry: string): Set<string> {
  const reached = new Set([entry]);
  for (const path of reached) {
    const text = declarations.get(path) ?? readFileSync(join(ROOT, 'dist', path), 'utf8');
    for (const specifier of specifiersOf(text).filter(isRelative)) {
      reached.add(normalize(join(dirname(path), specifier.replace(/\.js$/, '.d.ts'))));
    }
  }
  return reached;
}
