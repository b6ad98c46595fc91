/** The message types that the emulator knows. */
export const EMULATED_MESSAGE_TYPES = [
  'txt',
  'img',
  'audio',
  'video',
  'file',
  'loc',
  'cmd',
  'custom',
] as const;

/**
 * The type of a message: text, image, voice, video, file, location, command or custom.
 *
 * @see {@link https://doc.easemob.com/document/server-side/message_single.html}
 */
export type EmulatedMessageType = (typeof EMULATED_MESSAGE_TYPES)[number];

/** The kinds of target that the emulator knows. */
export const EMULATED_TARGET_TYPES = ['users', 'chatgroups', 'chatrooms'] as const;

/**
 * What the targets of a message are: users, chat groups or chat rooms.
 *
 * @see {@link https://docs-im.easemob.com/im/server/basics/messages}
 */
export type EmulatedTargetType = (typeof EMULATED_TARGET_TYPES)[number];

/** A valid send request, decoded: the same shape for both send APIs. */
export interface SendRequest {
  /** Which API the request used: `POST /messages`, or `POST /messages/users|chatgroups|chatrooms`. */
  readonly api: 'legacy' | 'current';
  /** What the targets are. */
  readonly targetType: EmulatedTargetType;
  /** The targets as they were sent, duplicates included. */
  readonly targets: readonly string[];
  /**
   * The sender that the receivers see.
   * @default 'admin'
   */
  readonly from: string;
  /** The message type: `msg.type` of the legacy API, `type` of the current one. */
  readonly type: EmulatedMessageType;
  /** The content without its type: `body` of the current API. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The application's extension; absent when the request had none. */
  readonly ext?: Readonly<Record<string, unknown>>;
  /**
   * Whether the sender's devices get a copy, the field `sync_device`.
   * @default false
   */
  readonly syncDevice: boolean;
  /** Present when only targets that are online get the message. */
  readonly routetype?: 'ROUTE_ONLINE';
  /** Users that cannot fetch the message from the roaming history. Current API only. */
  readonly roam_ignore_users?: readonly string[];
  /** Whether read receipts are requested. Current API and chat groups only. */
  readonly need_group_ack?: boolean;
  /** The priority in a busy room. Current API and chat rooms only. */
  readonly chatroom_msg_level?: 'high' | 'normal' | 'low';
  /** The label that selects the route of webhooks. Current API only. */
  readonly env?: string;
}

/** A message that the emulator accepted for one target. */
export interface EmulatedMessage extends Omit<SendRequest, 'targets'> {
  /** The message ID, 19 decimal digits. */
  readonly id: string;
  /** The user, chat group or chat room that gets the message. */
  readonly target: string;
  /** The content with its type in one object: `msg` of the legacy API, also for the current one. */
  readonly msg: Readonly<Record<string, unknown>> & { readonly type: EmulatedMessageType };
  /** Index of its request in `emulator.requests`. */
  readonly requestIndex: number;
  /** When it was accepted, in Unix milliseconds of the emulator's clock. */
  readonly sentAt: number;
}
