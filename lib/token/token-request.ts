import { errorOfAnswer, errorOfInterruption } from '../errors/classification.js';
import type { EasemobError } from '../errors/index.js';
import { Interruption } from '../http/interruption.js';
import { isJsonObject, parseJson } from '../http/json.js';
import { redact } from '../http/redaction.js';
import type { Secret } from '../http/secret.js';
import type { HttpResponse, Transport } from '../http/transport.js';

export interface TokenRequest {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly ttl?: number | undefined;
  readonly timeoutMs: number;
}

/** A token as the service issued it, or a maker of the error, so that each of many waiting callers throws its own. */
export type TokenAnswer =
  { readonly token: string; readonly expiresIn: unknown } | { readonly failure: () => EasemobError };

/** Asks for an app token, section 2.1 of the protocol. Never rejects. */
export async function requestToken(transport: Transport, request: TokenRequest): Promise<TokenAnswer> {
  const context = {
    what: 'POST /token',
    redact: (text: string) => redact(text, [request.clientSecret.reveal()]),
  };
  let answer: HttpResponse;
  try {
    answer = await transport.exchange({
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
  } catch (error) {
    const { reason, code, message } = Interruption.of(error, true);
    return failing(() => errorOfInterruption({ reason, code, message, written: false }, context));
  }
  const { status, headers } = answer;
  const body = typeof answer.body === 'string' ? answer.body : '';
  const issued = status >= 200 && status < 300 ? issuedBy(body) : undefined;
  return issued ?? failing(() => errorOfAnswer({ status, headers, body }, context));
}

/** Whatever became of the request for a token, the call that it was for has not been made. */
function failing(make: () => EasemobError): TokenAnswer {
  return {
    failure: () => {
      const error = make();
      error.concludes(0, 'no');
      return error;
    },
  };
}

function issuedBy(body: string): TokenAnswer | undefined {
  try {
    const parsed = parseJson(body);
    if (!isJsonObject(parsed) || typeof parsed.access_token !== 'string' || !parsed.access_token)
      return undefined;
    return { token: parsed.access_token, expiresIn: parsed.expires_in };
  } catch {
    return undefined;
  }
}
