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

export default defineConfig({
  plugins: [plainParamTypes],
  resolve: { tsconfigPaths: true },
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: ['lib/**/*.spec.ts'] } },
      {
        extends: true,
        test: { name: 'e2e', include: ['test/e2e/**/*.spec.ts'], testTimeout: 30_000, hookTimeout: 30_000 },
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
