import { downloadFile, uploadFile } from './file-routes.js';
import { sendCurrent, sendLegacy } from './message-routes.js';
import { applicationNotFound, corruptToken, methodNotAllowed, noSuchPath, Refusal } from './refusal.js';
import type { RequestContext, RequestHead } from './request.js';
import type { EmulatorResponse } from './response.js';
import type { EmulatorState } from './state.js';
import { issueToken } from './token-routes.js';
import { createUsers, deleteUser, getUser } from './user-routes.js';

interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Matches the path after `/{org}/{app}`. */
  readonly resource: RegExp;
  /** Throws unless the request may use the route. */
  readonly authorize: (state: EmulatorState, authorization: string | undefined) => void;
  readonly handle: (state: EmulatorState, context: RequestContext) => EmulatorResponse;
}

const ROUTES: readonly Route[] = [
  { method: 'POST', resource: /^\/messages$/, authorize: appToken, handle: sendLegacy },
  {
    method: 'POST',
    resource: /^\/messages\/(users|chatgroups|chatrooms)$/,
    authorize: appToken,
    handle: sendCurrent,
  },
  { method: 'POST', resource: /^\/token$/, authorize: nothing, handle: issueToken },
  { method: 'POST', resource: /^\/chatfiles$/, authorize: anyToken, handle: uploadFile },
  { method: 'GET', resource: /^\/chatfiles\/([^/]+)$/, authorize: downloadToken, handle: downloadFile },
  { method: 'POST', resource: /^\/users$/, authorize: nothing, handle: createUsers },
  { method: 'GET', resource: /^\/users\/([^/]+)$/, authorize: appToken, handle: getUser },
  { method: 'POST', resource: /^\/users\/([^/]+)$/, authorize: nothing, handle: createUsers },
  { method: 'DELETE', resource: /^\/users\/([^/]+)$/, authorize: appToken, handle: deleteUser },
];

/**
 * Finds the route of a request and processes it.
 *
 * @throws Refusal the documented error, when the request is not accepted
 */
export function route(state: EmulatorState, context: Omit<RequestContext, 'params'>): EmulatorResponse {
  const { request } = context;
  const app = `/${state.orgName}/${state.appName}`;
  if (!request.path.startsWith(`${app}/`)) {
    const requested = request.path.split('/').slice(1, 3).join('/');
    throw applicationNotFound(requested, `${state.url}${request.path}`);
  }
  const found = find(request, request.path.slice(app.length));
  found.route.authorize(state, request.headers.authorization);
  return found.route.handle(state, { ...context, params: found.params });
}

function find(request: RequestHead, resource: string): { route: Route; params: string[] } {
  const allowed: string[] = [];
  for (const candidate of ROUTES) {
    const match = candidate.resource.exec(resource);
    if (match === null) continue;
    if (candidate.method === request.method) {
      return { route: candidate, params: match.slice(1).map(decodeSegment) };
    }
    allowed.push(candidate.method);
  }
  throw allowed.length === 0 ? noSuchPath() : methodNotAllowed(allowed.join(', '));
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw noSuchPath();
  }
}

function nothing(): void {
  // The route checks the header itself, or needs none.
}

function appToken(state: EmulatorState, authorization: string | undefined): void {
  state.tokens.requireApp(authorization);
}

function anyToken(state: EmulatorState, authorization: string | undefined): void {
  state.tokens.requireAny(authorization);
}

/** A download without a valid token gets the same error whatever the cause. */
function downloadToken(state: EmulatorState, authorization: string | undefined): void {
  try {
    state.tokens.requireAny(authorization);
  } catch (error) {
    throw error instanceof Refusal ? corruptToken() : error;
  }
}
