import { assertApplicable } from './fault-checks.js';
import type { RequestHead } from './request.js';

/**
 * One way to misbehave, for `emulator.failNext`. Every fault may have `delayMs`, milliseconds to wait before the
 * request is processed.
 *
 * @see {@link https://doc.easemob.com/document/server-side/error.html} for the documented errors
 */
export type EmulatorFault =
  /**
   * Responds with this status (200 to 599) and does not process the request. A string body is sent as it is, any other
   * as JSON. Without a body the documented JSON of the status is sent, or nothing where there is none.
   */
  | (Delayed & {
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    })
  /** Only waits, in milliseconds, and then processes the request as usual. */
  | { readonly delayMs: number }
  /** Resets the connection: `before` the request is processed, or `after` (a message is accepted, the response is lost). */
  | (Delayed & { readonly reset: 'before' | 'after' })
  /** Processes the request, then responds 200 with a body that is not JSON. */
  | (Delayed & { readonly garbage: true })
  /** Processes the request, announces more bytes than it sends and closes the connection. */
  | (Delayed & { readonly truncate: true })
  /** Processes the request, sends the headers at once and spreads the body over this many milliseconds. */
  | (Delayed & { readonly slowBodyMs: number })
  /**
   * Leaves these targets of a send, or the last so many, undelivered and out of the response. The fault waits for the
   * next send that matches.
   */
  | (Delayed & { readonly omitTargets: number | readonly string[] })
  /** Processes the request and compresses the response, whatever `Accept-Encoding` asks for. */
  | (Delayed & { readonly gzip: true })
  /** Responds 302 with this `Location` and does not process the request. */
  | (Delayed & { readonly redirect: string });

interface Delayed {
  readonly delayMs?: number;
}

/** A key of any fault. */
export type FaultKey = KeysOf<EmulatorFault>;

type KeysOf<Fault> = Fault extends unknown ? keyof Fault : never;

/** Which requests a fault applies to. A missing member matches every request. */
export interface FaultMatch {
  /**
   * A string matches that resource and everything below it, with or without `/{org}/{app}` in front; a regular
   * expression is applied to the whole path, without the query.
   */
  readonly path?: RegExp | string;
  /** The HTTP method, in any case. */
  readonly method?: string;
}

interface QueuedFault {
  readonly fault: EmulatorFault;
  readonly match: FaultMatch;
  left: number;
}

const SEND_PATH = /^\/[^/]+\/[^/]+\/messages(\/(users|chatgroups|chatrooms))?$/;

/** The faults that wait, in the order they were added. A request takes the first that matches it. */
export class FaultQueue {
  #queue: QueuedFault[] = [];

  add(fault: EmulatorFault, times: number, match: FaultMatch): void {
    assertApplicable(fault, times);
    this.#queue.push({ fault, match, left: times });
  }

  take(head: RequestHead): EmulatorFault | undefined {
    if (this.#queue.length === 0) return undefined;
    const found = this.#queue.find((queued) => queued.left > 0 && appliesTo(queued, head));
    if (found === undefined) return undefined;
    found.left--;
    this.#queue = this.#queue.filter((queued) => queued.left > 0);
    return found.fault;
  }

  clear(): void {
    this.#queue = [];
  }
}

function appliesTo({ fault, match }: QueuedFault, { method, path }: RequestHead): boolean {
  if ('omitTargets' in fault && !(method === 'POST' && SEND_PATH.test(path))) return false;
  if (match.method !== undefined && match.method.toUpperCase() !== method) return false;
  if (match.path === undefined) return true;
  // `search`, unlike `test`, keeps no position between calls on a global expression.
  if (match.path instanceof RegExp) return path.search(match.path) !== -1;
  const wanted = match.path.replace(/\/$/, '');
  const resource = `/${path.split('/').slice(3).join('/')}`;
  return [path, resource].some((candidate) => candidate === wanted || candidate.startsWith(`${wanted}/`));
}
