import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

import type { Answer } from './answer.js';
import type { EmulatorFault } from './faults.js';
import type { Timers } from './timers.js';

const PIECES = 10;

/** Writes an answer, as badly as the fault asks for. */
export function deliver(
  response: ServerResponse,
  answer: Answer,
  fault: EmulatorFault | undefined,
  timers: Timers,
): void {
  const isGzip = fault !== undefined && 'gzip' in fault;
  const body = isGzip ? gzipSync(answer.body) : Buffer.from(answer.body);
  const headers = { ...answer.headers, ...(isGzip ? { 'content-encoding': 'gzip' } : {}) };
  if (fault !== undefined && 'truncate' in fault) {
    response.writeHead(answer.status, { ...headers, 'content-length': body.length + 1 });
    response.write(body.subarray(0, Math.ceil(body.length / 2)), () => response.socket?.destroy());
    return;
  }
  response.writeHead(answer.status, { ...headers, 'content-length': body.length });
  if (fault !== undefined && 'slowBodyMs' in fault) {
    response.flushHeaders();
    drip(response, body, fault.slowBodyMs / PIECES, timers);
  } else {
    response.end(body);
  }
}

function drip(response: ServerResponse, body: Buffer, pauseMs: number, timers: Timers): void {
  const size = Math.max(1, Math.ceil(body.length / PIECES));
  let [sent, piece] = [0, 0];
  const next = (): void => {
    if (response.destroyed) return;
    response.write(body.subarray(sent, sent + size));
    sent += size;
    piece++;
    if (piece === PIECES) response.end();
    else timers.after(pauseMs, next);
  };
  timers.after(pauseMs, next);
}
