import { BadRequestException, type ExecutionContext } from '@nestjs/common';
import { isRecord } from './error-body.js';

/** The levels that `ext` may have; no other field of a message has as many. */
const MAX_DEPTH = 1000;

/**
 * Returns the exception for a request whose body is nested so deeply that the stack overflowed over it, otherwise
 * `undefined`. `ValidationPipe` and class-transformer walk a body by recursion before any constraint sees it, and Nest would
 * answer 500 for what the client did wrong.
 */
export function deepBodyException(error: unknown, context: ExecutionContext): Error | undefined {
  if (!isStackOverflow(error) || context.getType() !== 'http') return undefined;
  const request = context.switchToHttp().getRequest<unknown>();
  if (!isRecord(request) || !isNestedTooDeep(request['body'])) return undefined;
  return new BadRequestException([
    `the body must be nested at most ${MAX_DEPTH} levels deep, got more; flatten it or send parts of it as strings`,
  ]);
}

function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack');
}

/** Goes into the depth first, so that a body which contains itself ends the walk, too. */
function isNestedTooDeep(body: unknown): boolean {
  const open: [value: unknown, depth: number][] = [[body, 0]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, depth] = next;
    if (depth > MAX_DEPTH) return true;
    if (typeof value !== 'object' || value === null) continue;
    for (const child of Object.values(value)) open.push([child, depth + 1]);
  }
  return false;
}
