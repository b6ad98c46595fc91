import {
  ARRAY_MAX_SIZE,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  Matches,
  MinLength,
  ValidateIf,
} from 'class-validator';

import { formatValue } from './constraints/format-value.js';
import { HasAtMost } from './constraints/has-at-most.js';
import { IsIdList } from './constraints/is-id-list.js';
import { IsJsonObject } from './constraints/is-json-object.js';
import { mustBe, mustBeOneOf } from './constraints/must-be.js';
import { isGiven } from './is-given.js';
import { RawJson } from './raw-json.decorator.js';

/** The kinds of targets. */
export const TARGET_TYPES = ['users', 'chatgroups', 'chatrooms'] as const;
/**
 * The kind of targets that a message goes to.
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export type TargetType = (typeof TARGET_TYPES)[number];

/** The values of `routetype`. */
const ROUTE_TYPES = ['ROUTE_ONLINE'] as const;

/** The priorities of a message to a chat room. */
export const CHATROOM_MESSAGE_LEVELS = ['high', 'normal', 'low'] as const;
/**
 * The priority of a message to a chat room. A busy room drops `low` messages first.
 * @see https://doc.easemob.com/document/server-side/message_chatroom.html
 */
export type ChatroomMessageLevel = (typeof CHATROOM_MESSAGE_LEVELS)[number];

/**
 * Application data beside a message: any object that JSON can carry, an interface of the application included. The
 * compiler refuses arrays and other iterables.
 */
export type MessageExtension =
  // The first takes literals, the second interfaces, which have no index signature.
  Readonly<Record<string, unknown>> | (object & { readonly [Symbol.iterator]?: never });

/** The most targets that Easemob documents for one request. */
export const MAX_TARGETS = 600;

/** The name of the constraint that counts the targets; a send counts them against `limits.targets` instead. */
export const TARGET_COUNT_CONSTRAINT = ARRAY_MAX_SIZE;

const MAX_IGNORED_USERS = 20;

/** The fields that every message has, and those that only the current API knows. */
export abstract class MessageFields {
  /**
   * The kind of the targets: users, chat groups or chat rooms.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @IsIn(TARGET_TYPES, mustBeOneOf(TARGET_TYPES, 'say what the entries of target are'))
  target_type!: TargetType;

  /**
   * The receivers: user IDs, group IDs or room IDs. Always an array, of 1 to 600 entries; `limits.targets` changes the
   * maximum of a send. Easemob does not check that they exist.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @HasAtMost(MAX_TARGETS, 'split them over several messages or send them in bulk')
  @IsIdList()
  @ArrayMinSize(
    1,
    mustBe(`an array of 1 to ${MAX_TARGETS} non-empty strings`, 'put even a single target into an array'),
  )
  target!: string[];

  /**
   * The sender that receivers see; a non-empty user ID. Easemob does not check that the user exists.
   * @default 'admin'
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @ValidateIf(isGiven)
  @MinLength(1, mustBe('a non-empty string', 'leave it out to send as admin'))
  from?: string;

  /**
   * Whether the sender's own devices get a copy.
   * @default false
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @ValidateIf(isGiven)
  @IsBoolean(mustBe('true or false', 'leave it out for false'))
  sync_device?: boolean;

  /**
   * `ROUTE_ONLINE` delivers only to targets that are online; the others never get the message. Leave it out to deliver to
   * offline targets too.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @ValidateIf(isGiven)
  @IsIn(ROUTE_TYPES, mustBeOneOf(ROUTE_TYPES, 'leave it out to deliver to offline targets too'))
  routetype?: 'ROUTE_ONLINE';

  /**
   * Application data beside the message, push settings (`em_…`) included. An object that JSON can carry, nested at most
   * 1000 levels deep; its size counts towards the limits in bytes.
   * @see https://doc.easemob.com/document/server-side/push_extension.html
   */
  @RawJson()
  @ValidateIf(isGiven)
  @IsJsonObject('leave it out when there is no extension')
  ext?: MessageExtension;

  /**
   * At most 20 users that cannot fetch the message from the roaming history. Current API only.
   * @see https://doc.easemob.com/document/server-side/message_group.html
   */
  @ValidateIf(isGiven)
  @HasAtMost(MAX_IGNORED_USERS, 'leave the others out')
  @IsIdList()
  @IsArray(
    mustBe(
      `an array of at most ${MAX_IGNORED_USERS} non-empty strings`,
      'put even a single user into an array',
    ),
  )
  roam_ignore_users?: string[];

  /**
   * Whether the clients of the group's members send read receipts. Current API and chat groups only.
   * @default false
   * @see https://doc.easemob.com/document/server-side/message_group.html
   */
  @ValidateIf(isGiven)
  @IsBoolean(mustBe('true or false', 'leave it out for false'))
  need_group_ack?: boolean;

  /**
   * The priority of the message in a busy room. Current API and chat rooms only.
   * @default 'normal'
   * @see https://doc.easemob.com/document/server-side/message_chatroom.html
   */
  @ValidateIf(isGiven)
  @IsIn(CHATROOM_MESSAGE_LEVELS, mustBeOneOf(CHATROOM_MESSAGE_LEVELS, 'leave it out for normal'))
  chatroom_msg_level?: ChatroomMessageLevel;

  /**
   * The label by which Easemob routes its callbacks, 1 to 8 letters or digits; without it they go to the default route.
   * Current API only.
   * @see https://doc.easemob.com/document/server-side/message_single.html
   */
  @ValidateIf(isGiven)
  @Matches(
    /^[A-Za-z0-9]{1,8}$/,
    mustBe('1 to 8 letters or digits', 'leave it out for the default route', formatValue),
  )
  env?: string;
}
