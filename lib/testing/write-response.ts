import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

import type { EmulatorFault } from './faults.js';
import type { EmulatorResponse } from './response.js';
import type { Timers } from './timers.js';

/** In how many pieces a slow body is sent. */
const PIECES = 10;

/** Writes a response to the client, with the damage that the fault asks for. */
export function writeResponse(
  target: ServerResponse,
  response: EmulatorResponse,
  fault: EmulatorFault | undefined,
  timers: Timers,
): void {
  const isGzip = fault !== undefined && 'gzip' in fault;
  const body = isGzip ? gzipSync(response.body) : Buffer.from(response.body);
  const headers = { ...response.headers, ...(isGzip ? { 'content-encoding': 'gzip' } : {}) };
  if (fault !== undefined && 'truncate' in fault) {
    target.writeHead(response.status, { ...headers, 'content-length': body.length + 1 });
    target.write(body.subarray(0, Math.ceil(body.length / 2)), () => target.socket?.destroy());
    return;
  }
  target.writeHead(response.status, { ...headers, 'content-length': body.length });
  if (fault !== undefined && 'slowBodyMs' in fault) {
    target.flushHeaders();
    writeInPieces(target, body, fault.slowBodyMs / PIECES, timers);
  } else {
    target.end(body);
  }
}

function writeInPieces(target: ServerResponse, body: Buffer, pauseMs: number, timers: Timers): void {
  const size = Math.max(1, Math.ceil(body.length / PIECES));
  let [sent, piece] = [0, 0];
  const next = (): void => {
    if (target.destroyed) return;
    target.write(body.subarray(sent, sent + size));
    sent += size;
    piece++;
    if (piece === PIECES) target.end();
    else timers.after(pauseMs, next);
  };
  timers.after(pauseMs, next);
}
