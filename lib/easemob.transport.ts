import type { AppSettings } from './easemob.settings.js';
import { describeType } from './errors/describe-type.js';
import { EasemobConfigError } from './errors/index.js';
import { redact } from './http/redaction.js';
import { HttpTransport } from './http/http.transport.js';

const MAX_REASON_LENGTH = 500;

/**
 * Creates the transport of one app, and waits for the application's `http.setup`.
 *
 * @throws EasemobConfigError when `http.setup` throws or rejects
 */
export async function createTransport({ transport, client }: AppSettings): Promise<HttpTransport> {
  const { setup } = transport;
  const secret = client.clientSecret.reveal();
  let pending: unknown;
  const created = new HttpTransport({
    ...transport,
    setup:
      setup &&
      ((http) => {
        try {
          pending = setup(http);
        } catch (error) {
          throw setupError(error, secret);
        }
      }),
  });
  try {
    await pending;
  } catch (error) {
    throw setupError(error, secret);
  }
  return created;
}

/** Quotes the text of the failure, but has no `cause`: a request that failed in `setup` carries its headers. */
function setupError(error: unknown, secret: string): EasemobConfigError {
  // Cut once before it is redacted, which takes time, and once after, lest half a secret be left at the end.
  const reason = redact(reasonOf(error).slice(0, 2 * MAX_REASON_LENGTH), [secret]);
  const excerpt = reason.length > MAX_REASON_LENGTH ? `${reason.slice(0, MAX_REASON_LENGTH)}…` : reason;
  return new EasemobConfigError([`http.setup failed with ${excerpt}`]);
}

function reasonOf(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return typeof error === 'string' ? error : describeType(error);
}
