import { optional, type FieldRule } from './field-rule.js';
import { jsonObject } from './json-rule.js';
import { atMost, both, listOfIds } from './list-rules.js';
import { Obeys } from './obeys.decorator.js';
import { RawJson } from './raw-json.decorator.js';
import { flag, matching, nonEmptyString, oneOf } from './scalar-rules.js';

/** The kinds of target, section 3.2 of the protocol. */
export const TARGET_TYPES = ['users', 'chatgroups', 'chatrooms'] as const;
/** Whom a message goes to, section 3.2 of the protocol. */
export type TargetType = (typeof TARGET_TYPES)[number];

/** How strongly a chat room holds on to a message under load, section 4.2 of the protocol. */
export const CHATROOM_MESSAGE_LEVELS = ['high', 'normal', 'low'] as const;
/** The level of one message to chat rooms, section 4.2 of the protocol; `low` is dropped first. */
export type ChatroomMessageLevel = (typeof CHATROOM_MESSAGE_LEVELS)[number];

/**
 * Application data beside a message: any object that JSON can carry, an interface of the application's own included.
 * Arrays and other iterables are refused by the compiler.
 */
export type MessageExtension =
  // The first takes literals, the second interfaces, which have no index signature.
  Readonly<Record<string, unknown>> | (object & { readonly [Symbol.iterator]?: never });

/** The most targets that the send-message document allows in one request. */
export const MAX_TARGETS = 600;

/** The constraint name of the 600-target rule; the service, whose limit is configurable, counts for itself. */
export const TARGET_COUNT_CONSTRAINT = 'targetCount';

const MAX_IGNORED_USERS = 20;

/** The fields that every message has, section 3.2 of the protocol, and those that only the current API knows. */
export abstract class MessageFields {
  /** What the targets are: users, chat groups or chat rooms. */
  @Obeys(oneOf(TARGET_TYPES, 'say what the entries of target are'))
  target_type!: TargetType;

  /** Whom the message goes to, always an array: user IDs, group IDs or room IDs; 1 to 600 of them. */
  @Obeys(
    atMost(MAX_TARGETS, TARGET_COUNT_CONSTRAINT, 'split them over several messages or send them in bulk'),
  )
  @Obeys(listOfIds('an array of 1 to 600 non-empty strings', 'put even a single target into an array', 1))
  target!: readonly string[];

  /**
   * The sender that receivers see. The service does not check that the user exists.
   * @default "admin", set by the service
   */
  @Obeys(optional(nonEmptyString('leave it out to send as admin')))
  from?: string | undefined;

  /**
   * Whether the sender's own devices get a copy.
   * @default false
   */
  @Obeys(optional(flag('leave it out for false')))
  sync_device?: boolean | undefined;

  /** `ROUTE_ONLINE` delivers to targets that are online now; the others never get the message. */
  @Obeys(optional(oneOf(['ROUTE_ONLINE'], 'leave it out to deliver to offline targets too')))
  routetype?: 'ROUTE_ONLINE' | undefined;

  /** Application data beside the message, push settings (`em_…`) included; section 6 of the protocol. */
  @RawJson()
  @Obeys(optional(jsonObject('leave it out when there is no extension')))
  ext?: MessageExtension | undefined;

  /** Up to 20 users that cannot fetch the message from the roaming history. Current API only. */
  @Obeys(optional(both(ignoredUsers(), atMost(MAX_IGNORED_USERS, 'ignoredUsers', 'leave the others out'))))
  roam_ignore_users?: readonly string[] | undefined;

  /**
   * Whether group members' clients send read receipts. Current API and chat groups only.
   * @default false
   */
  @Obeys(optional(flag('leave it out for false')))
  need_group_ack?: boolean | undefined;

  /**
   * How strongly a busy room holds on to the message. Current API and chat rooms only.
   * @default "normal"
   */
  @Obeys(optional(oneOf(CHATROOM_MESSAGE_LEVELS, 'leave it out for normal')))
  chatroom_msg_level?: ChatroomMessageLevel | undefined;

  /** The label that routes the service's callbacks, section 4.5 of the protocol. Current API only. */
  @Obeys(
    optional(
      matching(/^[A-Za-z0-9]{1,8}$/, '1 to 8 letters or digits', 'leave it out for the default route'),
    ),
  )
  env?: string | undefined;
}

function ignoredUsers(): FieldRule {
  return listOfIds(
    `an array of at most ${MAX_IGNORED_USERS} non-empty strings`,
    'put even a single user into an array',
    0,
  );
}
