import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, runNode } from './support/child.js';
import { manifest, ROOT } from './support/repository.js';
import { packPackage } from './support/tarball.js';

/** Below node_modules, where nothing looks for tests or sources, and the repository's packages are found. */
const HOME = join(ROOT, 'node_modules/.cache/nestjs-easemob-readme');

/** The names that a block without a class around it may use, as the text before it explains. */
const INJECTED = `import type { FileService, MessageService } from 'nestjs-easemob';
declare global {
  const messages: MessageService;
  const files: FileService;
}
`;

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2023',
    module: 'nodenext',
    moduleDetection: 'force',
    strict: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    skipLibCheck: true,
    types: ['node'],
  },
};

const FIRST_MESSAGE = 'EasemobEmulator.start();\n\n@Injectable()';
const SPEC = "from 'vitest'";

beforeAll(() => {
  rmSync(HOME, { recursive: true, force: true });
  mkdirSync(HOME, { recursive: true });
  const tarball = packPackage();
  tarball.installInto(HOME);
  tarball.remove();
  writeFileSync(join(HOME, 'package.json'), JSON.stringify({ type: 'module' }));
});

afterAll(() => {
  rmSync(HOME, { recursive: true, force: true });
});

describe.each(['README.md', 'README.zh-CN.md'])('%s', (name) => {
  const text = readFileSync(join(ROOT, name), 'utf8');
  const blocks = [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map((match) => match[1] ?? '');

  const home = join(HOME, name.replaceAll(/\W/g, '-'));
  let compiled: Ended;

  beforeAll(async () => {
    mkdirSync(home);
    writeFileSync(join(home, 'injected.d.ts'), INJECTED);
    for (const [index, block] of blocks.entries()) writeFileSync(join(home, `block-${index}.ts`), block);
    const files = ['injected.d.ts', ...blocks.map((_, index) => `block-${index}.ts`)];
    writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ ...TSCONFIG, files }));
    compiled = await runNode([join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', home], HOME);
  });

  it('shows blocks that compile, every one', () => {
    expect(blocks.length).toBeGreaterThan(5);
    expect(compiled).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('has a first message that is sent when the block is run as it stands', async () => {
    const index = blocks.findIndex((block) => block.includes(FIRST_MESSAGE));
    const ended = await runNode([join(home, `block-${index}.js`)], HOME);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout.replaceAll(/\s+/g, ' ').trim()).toMatch(
      /^\[ \{ target: 'user2', status: 'sent', messageId: '\d+' \} \]$/,
    );
  });

  it('has an example spec that is testing-your-code.spec.ts, which runs beside this one', () => {
    const spec = blocks.find((block) => block.includes(SPEC));
    expect(spec).toBe(readFileSync(join(ROOT, 'test/package/testing-your-code.spec.ts'), 'utf8'));
  });

  it('begins with the two commands of a newcomer', () => {
    const [, first = ''] = /^```\w*\n([^]*?)^```$/m.exec(text) ?? [];
    expect(first).toBe('npm ci && npm start\nnpm ci && npm test\n');
  });

  it('names the versions of Node.js that package.json supports', () => {
    const [, versions = ''] = /^\| Node\.js +\| (.+?) +\|$/m.exec(text) ?? [];
    const named = [...versions.matchAll(/`([^`]+)`/g)].map(([, version]) => version);
    expect(named.join(' || ')).toBe(manifest.engines.node);
  });

  it('links to files and to headings that exist', () => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
    const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => `#${anchorOf(title)}`);
    for (const target of targets.filter((each) => !/^https?:/.test(each))) {
      if (target.startsWith('#')) expect(anchors).toContain(target);
      else expect(() => readFileSync(join(ROOT, target)), target).not.toThrow();
    }
  });
});

it('both languages show the same blocks, of the same lengths', () => {
  expect(shapesIn('README.zh-CN.md')).toEqual(shapesIn('README.md'));
});

function shapesIn(name: string): string[] {
  const text = readFileSync(join(ROOT, name), 'utf8');
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(
    ([, language = '', block = '']) => `${language} ${block.split('\n').length}`,
  );
}

/** As GitHub makes it of a heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}
