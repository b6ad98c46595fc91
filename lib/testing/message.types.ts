/** The eight message types, section 5 of the protocol. */
export type EmulatedMessageType = 'txt' | 'img' | 'audio' | 'video' | 'file' | 'loc' | 'cmd' | 'custom';

/** What a message is addressed to, `target_type` of the send-message document. */
export type EmulatedTargetType = 'users' | 'chatgroups' | 'chatrooms';

/** What the sender asked for, whichever of the two APIs it used. */
export interface SendOrder {
  readonly api: 'legacy' | 'current';
  readonly targetType: EmulatedTargetType;
  readonly targets: readonly string[];
  /** The sender; `admin` when the request named none. */
  readonly from: string;
  readonly type: EmulatedMessageType;
  /** The content without its type: `body` of the current API. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly ext?: Readonly<Record<string, unknown>>;
  readonly syncDevice: boolean;
  readonly routetype?: 'ROUTE_ONLINE';
  /** Current API only. */
  readonly roam_ignore_users?: readonly string[];
  /** Current API and chat groups only. */
  readonly need_group_ack?: boolean;
  /** Current API and chat rooms only. */
  readonly chatroom_msg_level?: 'high' | 'normal' | 'low';
  /** Current API only. */
  readonly env?: string;
}

/** A message that the emulator accepted for one target. */
export interface EmulatedMessage extends Omit<SendOrder, 'targets'> {
  /** The message ID, 19 decimal digits. */
  readonly id: string;
  readonly target: string;
  /** The content with its type in one object: `msg` of the send-message document, also for the current API. */
  readonly msg: Readonly<Record<string, unknown>> & { readonly type: EmulatedMessageType };
  /** Index in `emulator.requests` of the request that brought it. */
  readonly requestIndex: number;
  /** When it was accepted, Unix milliseconds of the emulator's clock. */
  readonly sentAt: number;
}
