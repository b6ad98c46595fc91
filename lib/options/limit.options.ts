import type { TargetType } from '../messages/dto/message-fields.js';
import type { MessageType } from '../messages/dto/message-types.js';

/** The sizes above which messages and files are refused before they are sent. `Infinity` lifts a limit. */
export interface LimitOptions {
  /**
   * The largest number of targets of one request, at least 1, per target type.
   *
   * @default legacy: 600 of each; current: 600 users, 3 chat groups, 10 chat rooms
   * @see https://docs-im.easemob.com/im/server/basics/messages for `legacy`
   * @see https://doc.easemob.com/product/limitationapi.html for `current`
   */
  readonly targets?: { readonly [Type in TargetType]?: number | undefined } | undefined;
  /**
   * The largest size of the whole JSON request, targets included, in UTF-8 bytes, at least 1: one number for every
   * message type, or one per type.
   *
   * @default legacy: 51200 for `txt`, 5120 for every other type; current: no limit
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  readonly requestBytes?: number | { readonly [Type in MessageType]?: number | undefined } | undefined;
  /**
   * The largest size of `msg` (`body` in the current API) and `ext` together, in UTF-8 bytes, at least 1: one number for
   * every message type, or one per type.
   *
   * @default legacy: 40960 for `txt`, 4096 for `loc`, no limit for the others; current: 5120
   * @see https://docs-im.easemob.com/im/server/basics/messages for `legacy`
   * @see https://doc.easemob.com/document/server-side/message_single.html for `current`
   */
  readonly messageBytes?: number | { readonly [Type in MessageType]?: number | undefined } | undefined;
  /**
   * The largest size of one uploaded file, in bytes, at least 1.
   *
   * @default 10_485_760
   * @see https://doc.easemob.com/document/server-side/message_upload_file.html
   */
  readonly uploadBytes?: number | undefined;
}
