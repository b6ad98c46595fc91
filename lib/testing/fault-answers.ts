import { failure, jsonAnswer, type Answer } from './answer.js';
import type { EmulatorFault } from './faults.js';
import {
  callRateReached,
  concurrentOperation,
  fileTooLarge,
  illegalArgument,
  messageVolumeReached,
  resourceNotFound,
  unauthorized,
  unsupportedMediaType,
  type Refusal,
} from './refusal.js';
import type { EmulatedRequest } from './request.js';

/** The answer of a fault that keeps the request from being processed. */
export function answerInstead(
  fault: EmulatorFault,
  request: EmulatedRequest,
  timestamp: number,
): Answer | undefined {
  if ('redirect' in fault) return { status: 302, headers: { location: fault.redirect }, body: '' };
  if (!('status' in fault)) return undefined;
  const { status, body, headers = {} } = fault;
  if (typeof body === 'string') {
    return { status, headers: { 'content-type': 'text/html;charset=UTF-8', ...headers }, body };
  }
  if (body !== undefined) return jsonAnswer(status, body, headers);
  const refusal = documented(status, request.path.includes('/chatfiles'));
  if (refusal === undefined) return { status, headers, body: '' };
  const answer = failure(refusal, timestamp);
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** What a `garbage` fault says. */
export function garbageAnswer(): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"data": <<< not JSON' };
}

function documented(status: number, isFile: boolean): Refusal | undefined {
  switch (status) {
    case 400:
      return illegalArgument('this is an invalid request.');
    case 401:
      return unauthorized('Unable to authenticate (OAuth)');
    case 403:
      return messageVolumeReached();
    case 404:
      return resourceNotFound();
    case 409:
      return concurrentOperation();
    case 413:
      return isFile ? fileTooLarge() : undefined;
    case 415:
      return unsupportedMediaType();
    case 429:
      return callRateReached();
    default:
      return undefined;
  }
}
