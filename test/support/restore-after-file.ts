import { afterAll, vi } from 'vitest';

// The files of a project share a process, which loads Nest once for all of them. A spy, a fake clock or a variable that
// a file leaves behind must not reach the next one.
afterAll(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllEnvs();
});
