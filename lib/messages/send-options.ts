import { abortSignal } from '../checks/abort-signal.js';
import { readCallOptions } from '../checks/call-options.js';
import { flag } from '../checks/checks.js';
import { object, type ResolvedRows, type RowsOf } from '../checks/group.js';
import { option } from '../checks/option.js';

/** The options of one send. */
export interface SendOptions {
  /**
   * Whether to ask for the message IDs. On the legacy API `false` makes the outcomes have none; the current API always
   * responds with them.
   * @default true
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  readonly useMsgId?: boolean | undefined;
  /**
   * Aborts the send, which then rejects with an `EasemobError` of kind `aborted`. Its `sent` is `'no'` while the send
   * waits, and `'maybe'` once the request was written.
   * @default undefined, so that only the time limits of the module options end the send
   */
  readonly signal?: AbortSignal | undefined;
}

const sendOptions = object({
  useMsgId: option(flag, { default: true }),
  signal: option(abortSignal),
} satisfies RowsOf<SendOptions>);

/**
 * Reads the options of a send, once.
 *
 * @throws EasemobValidationError with every option that is wrong or unknown
 */
export function readSendOptions(options: SendOptions | undefined): ResolvedRows<typeof sendOptions.rows> {
  return readCallOptions(sendOptions, options);
}
