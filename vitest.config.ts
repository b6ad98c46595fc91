import { defineConfig } from 'vitest/config';
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

/** Its files share one process, which loads Nest and the sources once instead of once a file. */
const shared = {
  isolate: false,
  setupFiles: ['silent-logs', 'restore-after-file', 'fast-check-seed'].map(
    (name) => `test/support/${name}.ts`,
  ),
};
const overHttp = { ...shared, testTimeout: 30_000, hookTimeout: 30_000 };

export default defineConfig({
  plugins: [plainParamTypes],
  resolve: { tsconfigPaths: true },
  test: {
    // A spec waits more than it computes, so the process that hands out the files needs no core to itself.
    maxWorkers: '100%',
    projects: [
      { extends: true, test: { ...shared, name: 'unit', include: ['lib/**/*.spec.ts'] } },
      // Against the public package.
      { extends: true, test: { ...overHttp, name: 'e2e', include: ['test/e2e/**/*.spec.ts'] } },
      // Against parts of it, which these specs import from lib/.
      {
        extends: true,
        test: { ...overHttp, name: 'integration', include: ['test/integration/**/*.spec.ts'] },
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
