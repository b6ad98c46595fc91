import { validateHeaderName, validateHeaderValue } from 'node:http';

import type { RequestHead } from './request.js';

/** One way to misbehave. */
export type EmulatorFault =
  /**
   * Answers with this status without looking at the request. A string body is sent as it is, anything else as JSON;
   * without one the documented JSON of the status is sent, or nothing where there is none.
   */
  | (Delayed & {
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    })
  /** Waits, then goes on as usual. May be added to any other fault. */
  | { readonly delayMs: number }
  /** Drops the connection: `before` the request is processed, or `after` (a message is taken, the answer is lost). */
  | (Delayed & { readonly reset: 'before' | 'after' })
  /** Processes the request, then answers 200 with something that is not JSON. */
  | (Delayed & { readonly garbage: true })
  /** Processes the request, promises more bytes than it sends and drops the connection. */
  | (Delayed & { readonly truncate: true })
  /** Processes the request, sends the headers at once and spreads the body over this time. */
  | (Delayed & { readonly slowBodyMs: number })
  /** Of a send: does not deliver or name these targets, or the last so many. Waits for the next send that matches. */
  | (Delayed & { readonly omitTargets: number | readonly string[] })
  /** Processes the request and compresses the answer, whatever `Accept-Encoding` says. */
  | (Delayed & { readonly gzip: true })
  /** Answers 302 to this address without looking at the request. */
  | (Delayed & { readonly redirect: string });

interface Delayed {
  readonly delayMs?: number;
}

/** Which requests a fault is for; what is left out matches everything. */
export interface FaultMatch {
  /** A string matches that resource and what lies below it, with or without `/{org}/{app}` in front. */
  readonly path?: RegExp | string;
  readonly method?: string;
}

interface Queued {
  readonly fault: EmulatorFault;
  readonly match: FaultMatch;
  left: number;
}

const SEND_PATH = /^\/[^/]+\/[^/]+\/messages(\/(users|chatgroups|chatrooms))?$/;

/** Faults in the order they were asked for; a request takes the first that matches it. */
export class FaultQueue {
  private queue: Queued[] = [];

  add(fault: EmulatorFault, times: number, match: FaultMatch): void {
    check(fault);
    this.queue.push({ fault, match, left: times });
  }

  take(head: RequestHead): EmulatorFault | undefined {
    if (this.queue.length === 0) return undefined;
    const found = this.queue.find((queued) => queued.left > 0 && isFor(queued, head));
    if (found === undefined) return undefined;
    found.left--;
    this.queue = this.queue.filter((queued) => queued.left > 0);
    return found.fault;
  }

  clear(): void {
    this.queue = [];
  }
}

function isFor({ fault, match }: Queued, { method, path }: RequestHead): boolean {
  if ('omitTargets' in fault && !(method === 'POST' && SEND_PATH.test(path))) return false;
  if (match.method !== undefined && match.method.toUpperCase() !== method) return false;
  if (match.path === undefined) return true;
  // `search`, unlike `test`, keeps no position between calls on a global expression.
  if (match.path instanceof RegExp) return path.search(match.path) !== -1;
  const wanted = match.path.replace(/\/$/, '');
  const resource = `/${path.split('/').slice(3).join('/')}`;
  return [path, resource].some((candidate) => candidate === wanted || candidate.startsWith(`${wanted}/`));
}

/** Refuses what Node could not write, so that the mistake shows where it was made and not as a dead server. */
function check(fault: EmulatorFault): void {
  if ('status' in fault) {
    const { status, headers = {} } = fault;
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new RangeError(`A fault takes a status from 200 to 599, got ${status}.`);
    }
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
  }
  if ('redirect' in fault) validateHeaderValue('location', fault.redirect);
}
