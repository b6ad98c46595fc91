import type { EasemobResponse } from '../client/easemob-call.js';
import { EasemobError } from '../errors/index.js';
import { isJsonObject } from '../http/json.js';

/** What became of one target; `unknown`: the service may have taken the message. */
export interface TargetOutcome {
  readonly target: string;
  readonly status: 'sent' | 'failed' | 'unknown';
  /** Opaque; absent when `useMsgId` was false on the legacy API. */
  readonly messageId?: string;
  /** Why it is not `sent`. */
  readonly error?: EasemobError;
}

/**
 * Reads the answer of a send, section 3.6 of the protocol: `data` maps each target to its message ID, or to `success`.
 * What the answer does not name is `unknown`.
 */
export function outcomesOf(targets: readonly string[], response: EasemobResponse): TargetOutcome[] {
  const data = isJsonObject(response.data) ? response.data : {};
  let folded: Map<string, unknown> | undefined;
  return targets.map((target) => {
    // User IDs are compared without regard to case by some clusters, which answer in lower case (conflict 33).
    const value = Object.hasOwn(data, target)
      ? data[target]
      : (folded ??= foldKeys(data)).get(target.toLowerCase());
    return outcomeOf(target, value);
  });
}

function outcomeOf(target: string, value: unknown): TargetOutcome {
  if (value === 'success') return { target, status: 'sent' };
  if (typeof value === 'string' && value !== '') return { target, status: 'sent', messageId: value };
  if (typeof value === 'number') return { target, status: 'sent', messageId: String(value) };
  return { target, status: 'unknown', error: unnamed() };
}

function unnamed(): EasemobError {
  const error = new EasemobError(
    'The answer does not name this target; the message may or may not have been taken.',
    {
      kind: 'server',
      retryable: false,
      sent: 'maybe',
    },
  );
  error.concludes(1, 'maybe');
  return error;
}

function foldKeys(data: Readonly<Record<string, unknown>>): Map<string, unknown> {
  return new Map(Object.entries(data).map(([key, value]) => [key.toLowerCase(), value]));
}
