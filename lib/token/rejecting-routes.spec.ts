import { describe, expect, it } from 'vitest';
import { RejectingRoutes } from './rejecting-routes.js';

describe('RejectingRoutes', () => {
  it('remembers a route for a second, doubling up to five minutes', () => {
    let now = 0;
    const routes = new RejectingRoutes(() => now);
    const waits: number[] = [];
    for (let count = 0; count < 12; count += 1) {
      const begin = now;
      routes.add('files');
      while (routes.has('files')) now += 500;
      waits.push(now - begin);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map((seconds) => seconds * 1000));
  });

  it('forgets a route that accepts a token, and knows each by itself', () => {
    const routes = new RejectingRoutes(() => 0);
    routes.add('files');
    expect([routes.has('files'), routes.has('users')]).toEqual([true, false]);
    routes.delete('files');
    expect(routes.has('files')).toBe(false);
  });
});
