import type { ExecutionContext } from '@nestjs/common';
import { isRecord } from './error-body.js';

/**
 * Whether a Nest exception still decides about a response over HTTP. It does not in microservices, WebSocket gateways and
 * GraphQL subscriptions, nor once the headers of the response were sent: there Nest neither sends nor logs an
 * `HttpException`.
 */
export function canReply(context: ExecutionContext): boolean {
  const type = context.getType<string>();
  if (type === 'graphql') return !isSubscription(context.getArgByIndex<unknown>(3));
  return type === 'http' && !areHeadersSent(context.switchToHttp().getResponse<unknown>());
}

/** Reads the `info` of a GraphQL resolver. */
function isSubscription(info: unknown): boolean {
  const operation = isRecord(info) ? info['operation'] : undefined;
  return isRecord(operation) && operation['operation'] === 'subscription';
}

/** Reads the response of Express, or the reply of Fastify, which holds the response of Node. */
function areHeadersSent(response: unknown): boolean {
  if (!isRecord(response)) return false;
  const { headersSent, sent, raw } = response;
  return headersSent === true || sent === true || (isRecord(raw) && raw['headersSent'] === true);
}
