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
import { errorResponse, jsonResponse, type EmulatorResponse } from './response.js';

/** The response that a fault gives in place of processing the request; undefined when the request is processed. */
export function faultResponse(
  fault: EmulatorFault,
  request: EmulatedRequest,
  timestamp: number,
): EmulatorResponse | undefined {
  if ('redirect' in fault) return { status: 302, headers: { location: fault.redirect }, body: '' };
  if (!('status' in fault)) return undefined;
  const { status, body, headers = {} } = fault;
  if (typeof body === 'string') {
    return { status, headers: { 'content-type': 'text/html;charset=UTF-8', ...headers }, body };
  }
  if (body !== undefined) return jsonResponse(status, body, headers);
  const refusal = documentedRefusal(status, request.path.includes('/chatfiles'));
  if (refusal === undefined) return { status, headers, body: '' };
  const response = errorResponse(refusal, timestamp);
  return { ...response, headers: { ...response.headers, ...headers } };
}

/** The response of a `garbage` fault: a success that is not JSON. */
export function garbageResponse(): EmulatorResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"data": <<< not JSON' };
}

function documentedRefusal(status: number, isFile: boolean): Refusal | undefined {
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
