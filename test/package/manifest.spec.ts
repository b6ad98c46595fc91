import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runNode } from './support/child.js';
import {
  filesIn,
  manifest,
  type Manifest,
  ROOT,
  specifiersOf,
  withoutComments,
} from './support/repository.js';
import { packPackage, type Tarball } from './support/tarball.js';

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

  it('gives every entry its types first and a default condition, which require() needs', () => {
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

  it('declares no package that lib/ has no use for', () => {
    const used = new Set(sources.flatMap(({ text }) => specifiersOf(text).map(packageOf)));
    // Nest's decorators write it; the Nest core starts the application that a module is for; the stores take a client of ioredis.
    const usedInOtherWays = new Set(['reflect-metadata', '@nestjs/core', 'ioredis']);
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    expect(declared.filter((name) => !used.has(name) && !usedInOtherWays.has(name))).toEqual([]);
  });

  it('lets the core import no optional peer', () => {
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

describe('what is built', () => {
  it('names every relative module with its .js, which exists', () => {
    const wrong = filesIn('dist', '.js', '.d.ts').flatMap(({ path, text }) =>
      specifiersOf(text)
        .filter(isRelative)
        .filter((each) => !each.endsWith('.js') || !existsSync(join(ROOT, 'dist', dirname(path), each)))
        .map((each) => `${path} imports ${each}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each(['nestjs-easemob', 'nestjs-easemob/testing', 'nestjs-easemob/redis'])(
    'lets require() load %s, which a top-level await anywhere would prevent',
    async (entry) => {
      const load = `process.stdout.write(String(Object.keys(require('${entry}')).length > 0))`;
      expect(await runNode(['-e', load], ROOT)).toEqual({ code: 0, stdout: 'true', stderr: '' });
    },
  );

  it('has no import.meta, which Jest cannot make CommonJS of', () => {
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

  it('has no member in the declarations that is marked as internal', () => {
    for (const [path, text] of declarations) expect(text, path).not.toContain('@internal');
    expect(declarations.get('errors/easemob.error.d.ts')).not.toContain('concludes');
  });

  it('shows no type of axios but the HttpService that http.setup is given', () => {
    const found = [...reachableFrom('index.d.ts')].flatMap((path) =>
      [...withoutComments(declarations.get(path) ?? '').matchAll(/^.*axios.*$/gim)].map(([line]) =>
        line.trim(),
      ),
    );
    expect(found).toEqual(["import type { HttpService } from '@nestjs/axios';"]);
  });
});

describe('the tarball', () => {
  let tarball: Tarball;

  beforeAll(() => {
    tarball = packPackage();
  });

  afterAll(() => {
    tarball.remove();
  });

  it('holds what was built, the documents and the licence', () => {
    const { files } = tarball;
    const beside = files.filter((path) => !path.startsWith('dist/'));
    expect(beside).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'README.zh-CN.md', 'package.json']);
    expect(files).toEqual(
      expect.arrayContaining(['dist/index.js', 'dist/testing/index.js', 'dist/redis/index.js']),
    );
  });

  it('holds no sources, tests or maps', () => {
    expect(tarball.files.filter((path) => /(?<!\.d)\.ts$|\.(?:spec|map)\b|tsbuildinfo/.test(path))).toEqual(
      [],
    );
  });

  it('satisfies publint', async () => {
    const publint = join(ROOT, 'node_modules/.bin/publint');
    const { code, stdout } = await runNode([publint, 'run', tarball.path, '--strict'], ROOT);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('All good!') as string,
    });
  });

  it('satisfies attw for ES modules', async () => {
    const attw = join(ROOT, 'node_modules/.bin/attw');
    const { code, stdout } = await runNode([attw, '--profile', 'esm-only', tarball.path], ROOT);
    expect(code, stdout).toBe(0);
  });
});

function pathsOf(target: Manifest['exports'][string]): string[] {
  return typeof target === 'string' ? [target] : Object.values(target);
}

/** The declaration files that a user of an entry gets to see. */
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
