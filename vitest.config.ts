import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import type { Plugin } from 'vite';

/**
 * The test transform guards each metadata entry with `typeof X === "undefined" ? Object : X`; tsc, which builds the
 * package, does not. Coverage would count the half of that branch that can never run.
 */
const plainParamTypes: Plugin = {
  name: 'plain-paramtypes',
  enforce: 'post',
  transform: (code) => ({
    code: code.replace(/typeof (\w+) === "undefined" \? Object : (?=\1\b)/g, (guard) =>
      ' '.repeat(guard.length),
    ),
    map: null,
  }),
};

/** Specs that change what other modules see, such as the decorators of a class: each needs a process of its own. */
const ISOLATED = '**/*.isolated.spec.ts';

const ours = {
  setupFiles: ['silent-logs', 'restore-after-file', 'fast-check-seed'].map(
    (name) => `test/support/${name}.ts`,
  ),
  // Tells a test that hangs from a busy machine.
  testTimeout: 30_000,
  hookTimeout: 30_000,
};

/** A project whose files share a process, which loads Nest and the sources once instead of once a file. */
const sharing = (name: string, directory: string): TestProjectInlineConfiguration => ({
  extends: true,
  test: { ...ours, name, include: [`${directory}/**/*.spec.ts`], exclude: [ISOLATED], isolate: false },
});

export default defineConfig({
  plugins: [plainParamTypes],
  resolve: { tsconfigPaths: true },
  test: {
    // A spec waits more than it computes, so the process that hands out the files needs no core to itself.
    maxWorkers: '100%',
    projects: [
      sharing('unit', 'lib'),
      // Against the public package.
      sharing('e2e', 'test/e2e'),
      // Against parts of the package, which these specs import from lib/.
      sharing('integration', 'test/integration'),
      {
        extends: true,
        test: { ...ours, name: 'isolated', include: [`lib/${ISOLATED}`, `test/${ISOLATED}`] },
      },
      {
        extends: true,
        test: {
          name: 'types',
          include: [],
          typecheck: { enabled: true, only: true, include: ['test/types/**/*.test-d.ts'] },
        },
      },
      // Without `extends`: these specs must see the built package, not the sources.
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.spec.ts'],
          globalSetup: 'test/package/support/pack-once.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
    coverage: {
      include: ['lib/**/*.ts'],
      exclude: ['**/*.spec.ts', '**/index.ts', '**/*.options.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { branches: 95 },
    },
  },
});
