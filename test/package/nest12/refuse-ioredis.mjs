// Preloaded, it makes the process fail to load ioredis, as if it were not installed.
import { register } from 'node:module';

const hooks = `
export function resolve(specifier, context, next) {
  if (specifier !== 'ioredis' && !specifier.startsWith('ioredis/')) return next(specifier, context);
  throw new Error("Cannot find package 'ioredis'");
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
