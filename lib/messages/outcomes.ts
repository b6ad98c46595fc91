import type { EasemobResponse } from '../client/easemob-call.js';
import { EasemobError } from '../errors/index.js';
import { isJsonObject } from '../http/json.js';

/** The outcome of a send for one target. */
export interface TargetOutcome {
  /** The user ID, group ID or room ID, as the message had it. */
  readonly target: string;
  /**
   * `sent`: Easemob accepted the message. `failed`: it certainly did not. `unknown`: the response does not say, and
   * Easemob may have accepted it.
   */
  readonly status: 'sent' | 'failed' | 'unknown';
  /**
   * The ID that Easemob gave the message, an opaque string. Absent unless `status` is `sent`, and when `useMsgId` was
   * false on the legacy API.
   */
  readonly messageId?: string;
  /** The reason why `status` is not `sent`; absent otherwise. */
  readonly error?: EasemobError;
}

/**
 * Reads the response of a send, in which `data` maps each target to its message ID or to `success`. A target that the
 * response does not name is `unknown`.
 *
 * @param attempts - how many attempts the send took
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export function outcomesOf(
  targets: readonly string[],
  response: EasemobResponse,
  attempts: number,
): TargetOutcome[] {
  const data = isJsonObject(response.data) ? response.data : {};
  let folded: Map<string, unknown> | undefined;
  return targets.map((target) => {
    if (Object.hasOwn(data, target)) return outcomeOf(target, data[target], attempts);
    // Some clusters ignore the case of user IDs and respond in lower case. A key that equals another target belongs to
    // that target.
    folded ??= foldKeys(data, new Set(targets));
    return outcomeOf(target, folded.get(target.toLowerCase()), attempts);
  });
}

function outcomeOf(target: string, value: unknown, attempts: number): TargetOutcome {
  if (value === 'success') return { target, status: 'sent' };
  if (typeof value === 'string' && value !== '') return { target, status: 'sent', messageId: value };
  if (typeof value === 'number') return { target, status: 'sent', messageId: String(value) };
  return { target, status: 'unknown', error: notNamed(attempts) };
}

function notNamed(attempts: number): EasemobError {
  return new EasemobError(
    'The response does not name this target. Easemob may or may not have accepted the message.',
    { kind: 'server', retryable: false, sent: 'maybe', attempts },
  );
}

function foldKeys(
  data: Readonly<Record<string, unknown>>,
  targets: ReadonlySet<string>,
): Map<string, unknown> {
  const others = Object.entries(data).filter(([key]) => !targets.has(key));
  return new Map(others.map(([key, value]) => [key.toLowerCase(), value]));
}
