import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { runNode, type Ended } from './support/child.js';
import { ROOT } from './support/repository.js';
import { installTarball } from './support/tarball.js';

const NEST_11 = join(ROOT, 'test/package/nest11');
const NEST_12 = join(ROOT, 'test/package/nest12');

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

const COMPARE_CLASSES =
  "import('nestjs-easemob').then((esm) => process.stdout.write(String(esm.MessageService === require('nestjs-easemob').MessageService)))";

/** The output of `app.cjs` and `app.mjs`. */
interface Printed {
  readonly nest: string;
  readonly seen: Readonly<Record<string, unknown>>;
}

/** The processes of this spec. They run at the same time. */
interface Runs {
  readonly nest11: Ended;
  readonly nest12: Ended;
  readonly classes: Ended;
  readonly withoutIoredis: Ended;
  readonly compiler: Ended;
  readonly node10: Ended;
}
let runs: Runs;

beforeAll(async () => {
  for (const consumer of [NEST_11, NEST_12]) installTarball(inject('tarball'), consumer);
  const [nest11, nest12, classes, withoutIoredis, compiler, node10] = await Promise.all([
    runNode(['app.cjs'], NEST_11),
    runNode(['app.mjs'], NEST_12),
    runNode(['-e', COMPARE_CLASSES], NEST_11),
    runNode(['--import', './refuse-ioredis.mjs', 'core-alone.mjs'], NEST_12),
    runNode([TSC, '-p', '.'], NEST_11),
    runNode([TSC, '-p', 'tsconfig.node10.json'], NEST_11),
  ]);
  runs = { nest11, nest12, classes, withoutIoredis, compiler, node10 };
});

const printedBy = ({ stdout }: Ended): Printed => JSON.parse(stdout || '{}') as Printed;

describe.each([
  { name: 'a Nest 12 application of ES modules', run: 'nest12', major: '12.' },
  { name: 'a Nest 11 application of CommonJS', run: 'nest11', major: '11.' },
] as const)('the tarball in $name', ({ run, major }) => {
  let printed: Printed;

  beforeAll(() => {
    printed = printedBy(runs[run]);
  });

  it('runs on that version of Nest and ends by itself, without a warning', () => {
    expect(runs[run]).toMatchObject({ code: 0, stderr: '' });
    expect(printed.nest.slice(0, 3)).toBe(major);
  });

  it('delivers a message to each target', () => {
    const msg = { type: 'txt', msg: 'hello' };
    expect(printed.seen['outcomes']).toEqual([
      { target: 'user2', status: 'sent', messageId: expect.stringMatching(/^\d+$/) as string },
      { target: 'user3', status: 'sent', messageId: expect.stringMatching(/^\d+$/) as string },
    ]);
    // Once by the service, once through the controller.
    expect(printed.seen['delivered']).toEqual([
      { target: 'user2', from: 'user1', msg },
      { target: 'user3', from: 'user1', msg },
      { target: 'user2', from: 'user1', msg },
      { target: 'user3', from: 'user1', msg },
    ]);
    expect(printed.seen['accepted']).toEqual({ status: 201 });
  });

  it('validates a request body with the DTO', () => {
    expect(printed.seen['refusedByPipe']).toMatchObject({
      status: 400,
      text: [expect.stringMatching(/^ext must be an object, got null/)],
    });
  });

  it('turns a refusal of Easemob into an exception of that Nest version', () => {
    expect(printed.seen['refusedByEasemob']).toMatchObject({
      status: 404,
      statusCode: 404,
      easemob: 'service_resource_not_found',
    });
  });

  it('leaves no timer behind', () => {
    expect(printed.seen['timersLeft']).toBe(0);
  });
});

it('behaves the same in both applications', () => {
  expect(printedBy(runs.nest11).seen).toEqual(printedBy(runs.nest12).seen);
});

it('gives import and require the same classes', () => {
  expect(runs.classes).toEqual({ code: 0, stdout: 'true', stderr: '' });
});

it('starts without ioredis', () => {
  expect(runs.withoutIoredis).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(runs.withoutIoredis.stdout)).toEqual({
    core: 'function',
    testing: 'function',
    ioredis: "Error: Cannot find package 'ioredis'",
  });
});

it('compiles in a CommonJS application on Nest 11, with the declarations checked too', () => {
  expect(runs.compiler).toEqual({ code: 0, stdout: '', stderr: '' });
});

it('compiles there with every entry point under moduleResolution node10, which reads no exports', () => {
  expect(runs.node10).toEqual({ code: 0, stdout: '', stderr: '' });
});
