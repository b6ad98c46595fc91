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
    if (Object.hasOwn(data, target)) return outcomeOf(target, data[target]);
    // Some clusters compare user IDs without regard to case and answer in lower case (conflict 33 of the protocol). A
    // key that is another target's own speaks of that one.
    folded ??= foldKeys(data, new Set(targets));
    return outcomeOf(target, folded.get(target.toLowerCase()));
  });
}

function outcomeOf(target: string, value: unknown): TargetOutcome {
  if (value === 'success') return { target, status: 'sent' };
  if (typeof value === 'string' && value !== '') return { target, status: 'sent', messageId: value };
  if (typeof value === 'number') return { target, status: 'sent', messageId: String(value) };
  return { target, status: 'unknown', error: unnamed() };
}

function unnamed(): EasemobError {
  return new EasemobError(
    'The response does not name this target; the message may or may not have been accepted.',
    { kind: 'server', retryable: false, sent: 'maybe', attempts: 1 },
  );
}

function foldKeys(
  data: Readonly<Record<string, unknown>>,
  targets: ReadonlySet<string>,
): Map<string, unknown> {
  const others = Object.entries(data).filter(([key]) => !targets.has(key));
  return new Map(others.map(([key, value]) => [key.toLowerCase(), value]));
}
