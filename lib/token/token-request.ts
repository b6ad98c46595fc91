import { classifyTransportError, readFailedResponse } from '../errors/classification.js';
import type { CallProgress, EasemobError } from '../errors/index.js';
import { isJsonObject, parseJson } from '../http/json.js';
import { Redactor } from '../http/redaction.js';
import type { Secret } from '../http/secret.js';
import type { HttpResponse, Transport } from '../http/transport.js';
import { TransportError } from '../http/transport-error.js';

/** The parts of a token request. */
export interface TokenRequest {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly ttl?: number | undefined;
  readonly timeoutMs: number;
}

/**
 * Makes the error of a failed fetch for one of the calls that waited for it: each throws an error that knows its own
 * attempts.
 */
export type TokenErrorFactory = (progress: CallProgress, retryAfterMs?: number) => EasemobError;

/** A token as Easemob issued it, or the failure. */
export type TokenResponse =
  { readonly token: string; readonly expiresIn: unknown } | { readonly failure: TokenErrorFactory };

/**
 * Fetches an app token. Never rejects.
 *
 * @see https://doc.easemob.com/document/server-side/easemob_app_token.html
 */
export async function requestToken(transport: Transport, request: TokenRequest): Promise<TokenResponse> {
  const redactor = new Redactor();
  const redact = (text: string): string => redactor.redact(text, [request.clientSecret.reveal()]);
  // Whatever became of the token request, the call that needs the token was not made.
  const contextOf = ({ attempts, sent }: CallProgress, retryAfterMs: number | undefined) =>
    ({ what: 'POST /token', redact, attempts, sent, retryAfterMs }) as const;
  let response: HttpResponse;
  try {
    response = await transport.exchange({
      method: 'POST',
      url: request.url,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: request.clientId,
        client_secret: request.clientSecret.reveal(),
        ttl: request.ttl,
      }),
      responseType: 'text',
      timeoutMs: request.timeoutMs,
    });
  } catch (thrown) {
    const error = TransportError.of(thrown, true);
    return {
      failure: (progress, retryAfterMs) => classifyTransportError(error, contextOf(progress, retryAfterMs)),
    };
  }
  const { status, headers } = response;
  const body = typeof response.body === 'string' ? response.body : '';
  const issued = status >= 200 && status < 300 ? issuedBy(body) : undefined;
  if (issued) return issued;
  // Once for all the calls that wait.
  const classify = readFailedResponse({ status, headers, body }, redact);
  return { failure: (progress, retryAfterMs) => classify(contextOf(progress, retryAfterMs)).error };
}

function issuedBy(body: string): TokenResponse | undefined {
  try {
    const parsed = parseJson(body);
    if (!isJsonObject(parsed) || typeof parsed.access_token !== 'string' || !parsed.access_token)
      return undefined;
    return { token: parsed.access_token, expiresIn: parsed.expires_in };
  } catch {
    return undefined;
  }
}
