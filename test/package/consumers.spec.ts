import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runNode, type Ended } from './support/child.js';
import { ROOT } from './support/repository.js';
import { packPackage } from './support/tarball.js';

const NEST_11 = join(ROOT, 'test/package/nest11');
const NEST_12 = join(ROOT, 'test/package/nest12');

/** What `app.cjs` and `app.mjs` print. */
interface Printed {
  readonly nest: string;
  readonly seen: Readonly<Record<string, unknown>>;
}

beforeAll(() => {
  const tarball = packPackage();
  tarball.installInto(NEST_11);
  tarball.installInto(NEST_12);
  tarball.remove();
});

describe.each([
  { name: 'a Nest 12 application of ES modules', home: NEST_12, entry: 'app.mjs', major: '12.' },
  { name: 'a Nest 11 application of CommonJS', home: NEST_11, entry: 'app.cjs', major: '11.' },
])('the tarball in $name', ({ home, entry, major }) => {
  let ended: Ended;
  let printed: Printed;

  beforeAll(async () => {
    ended = await runNode([entry], home);
    printed = JSON.parse(ended.stdout || '{}') as Printed;
  });

  it('runs on that version of Nest and ends by itself, without a warning', () => {
    expect(ended).toMatchObject({ code: 0, stderr: '' });
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
    expect(printed.seen['taken']).toEqual({ status: 201 });
  });

  it("checks a request's body by the DTO", () => {
    expect(printed.seen['refusedByPipe']).toMatchObject({
      status: 400,
      text: [expect.stringMatching(/^ext must be an object, got null/)],
    });
  });

  it("answers a refusal of Easemob with that Nest's own exception", () => {
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

it('both applications see the same', async () => {
  const [commonJs, esm] = await Promise.all([runNode(['app.cjs'], NEST_11), runNode(['app.mjs'], NEST_12)]);
  expect((JSON.parse(commonJs.stdout) as Printed).seen).toEqual((JSON.parse(esm.stdout) as Printed).seen);
});

it('gives import and require the same classes', async () => {
  const compare =
    "import('nestjs-easemob').then((esm) => process.stdout.write(String(esm.MessageService === require('nestjs-easemob').MessageService)))";
  expect(await runNode(['-e', compare], NEST_11)).toEqual({ code: 0, stdout: 'true', stderr: '' });
});

it('starts without ioredis', async () => {
  const ended = await runNode(['--import', './refuse-ioredis.mjs', 'core-alone.mjs'], NEST_12);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(ended.stdout)).toEqual({
    core: 'function',
    testing: 'function',
    ioredis: "Error: Cannot find package 'ioredis'",
  });
});

it('compiles in a CommonJS application on Nest 11, with the declarations checked too', async () => {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  expect(await runNode([tsc, '-p', '.'], NEST_11)).toEqual({ code: 0, stdout: '', stderr: '' });
});
