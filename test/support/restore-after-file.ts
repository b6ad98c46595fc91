import { afterAll, vi } from 'vitest';

// The files of a project share a process. A spy, a fake clock or an environment variable that a file leaves behind must
// not reach the next one.
afterAll(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllEnvs();
});
