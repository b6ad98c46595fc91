// Preloaded, it makes the process fail to load ioredis, as if it were not installed.
import * as nodeModule from 'node:module';

function resolve(specifier, context, next) {
  if (specifier !== 'ioredis' && !specifier.startsWith('ioredis/')) return next(specifier, context);
  throw new Error("Cannot find package 'ioredis'");
}

// Node.js 26 prints a warning about `register`, and Node.js 20 has nothing else.
if ('registerHooks' in nodeModule) nodeModule.registerHooks({ resolve });
else nodeModule.register(`data:text/javascript,${encodeURIComponent(`export ${String(resolve)}`)}`);
