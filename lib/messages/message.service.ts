import type { EasemobClient } from '../client/easemob.client.js';
import type { EasemobResponse } from '../client/easemob-call.js';
import { EasemobValidationError } from '../errors/index.js';
import { isJsonObject } from '../http/json.js';
import type { EasemobApi } from '../options/module.options.js';
import { toCurrent, violationsInCurrent } from './current-wire.js';
import { TARGET_TYPES } from './dto/message-fields.js';
import type {
  AudioMessageDto,
  CommandMessageDto,
  CustomMessageDto,
  FileMessageDto,
  ImageMessageDto,
  LocationMessageDto,
  Message,
  MessageType,
  TextMessageDto,
  VideoMessageDto,
} from './dto/message-types.js';
import { toLegacy, violationsInLegacy } from './legacy-wire.js';
import { type MessageLimits, violationsOfLimits } from './message-limits.js';
import { violationsOf } from './message-validation.js';
import { outcomesOf, type TargetOutcome } from './outcomes.js';
import { targetsOf, type WireMessage } from './wire-message.js';

/** How one message is sent. */
export interface SendOptions {
  /**
   * Asks for the message IDs; on the legacy API their absence is the only effect of `false`, the current API always
   * answers with them.
   * @default true
   */
  readonly useMsgId?: boolean;
  /** Ends the call: its waits at once, a request under way with `sent: 'maybe'`. */
  readonly signal?: AbortSignal;
}

/** What became of each target, in the order of `target`, and the answer as it came. */
export interface SendResult {
  readonly outcomes: TargetOutcome[];
  readonly response: EasemobResponse;
}

/** A message for a method that knows its type: `msg.type` may be left out. */
export type MessageOf<Dto extends Message> = Omit<Dto, 'msg'> & {
  msg: Omit<Dto['msg'], 'type'> & { type?: Dto['msg']['type'] };
};

/** @internal What the service needs of the module's options. */
export interface MessageSettings {
  readonly api: EasemobApi;
  readonly validate: boolean;
  readonly limits: MessageLimits;
}

/**
 * Sends messages, one request each, as the DTOs describe them.
 *
 * Every method resolves when the service answered, with an outcome per target, and rejects with an `EasemobError` when
 * the message was refused or unanswered as a whole; its `sent` says whether the service may have taken it.
 *
 * @throws EasemobValidationError before anything is sent, when the message breaks a documented rule or limit
 * @throws EasemobApiError when the service refuses it
 * @throws EasemobNetworkError, EasemobTimeoutError when there is no answer
 * @throws EasemobError kind `rate-limit` when its turn did not come within `rateLimit.maxWaitMs`, kind `aborted` by `signal`
 */
export class MessageService {
  readonly #client: EasemobClient;
  readonly #settings: MessageSettings;

  /** @internal Made by `EasemobModule`. */
  constructor(client: EasemobClient, settings: MessageSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  /** Sends a message of any type, told apart by `msg.type`. */
  send(message: Message, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, undefined, options);
  }

  /** Sends a text message. */
  sendText(message: MessageOf<TextMessageDto>, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, 'txt', options);
  }

  /** Sends an image that was uploaded before. */
  sendImage(message: MessageOf<ImageMessageDto>, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, 'img', options);
  }

  /** Sends a voice recording that was uploaded before. */
  sendAudio(message: MessageOf<AudioMessageDto>, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, 'audio', options);
  }

  /** Sends a video; it and its thumbnail were uploaded before, one by one. */
  sendVideo(message: MessageOf<VideoMessageDto>, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, 'video', options);
  }

  /** Sends a file that was uploaded before. */
  sendFile(message: MessageOf<FileMessageDto>, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, 'file', options);
  }

  /** Sends a location. */
  sendLocation(message: MessageOf<LocationMessageDto>, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, 'loc', options);
  }

  /** Sends a command message: no ring, no notification, no push; the client application acts on it. */
  sendCommand(message: MessageOf<CommandMessageDto>, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, 'cmd', options);
  }

  /** Sends a message of a kind that the application defines. */
  sendCustom(message: MessageOf<CustomMessageDto>, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, 'custom', options);
  }

  async #send(
    input: Message | MessageOf<Message>,
    type: MessageType | undefined,
    { useMsgId = true, signal }: SendOptions = {},
  ): Promise<SendResult> {
    if (this.#settings.validate || !isJsonObject(input)) refuseIfAny(violationsOf(input, type));
    const message = withType(input, type);
    const wire = this.#encode(message, useMsgId);
    const response = await this.#client.call({
      method: 'POST',
      path: wire.path,
      headers: { 'content-type': 'application/json' },
      body: wire.json,
      // Without `validate` it may be anything, and the service is to say so.
      route: TARGET_TYPES.includes(wire.targetType) ? wire.targetType : 'users',
      messages: wire.targets,
      // Easemob has no idempotency key: a send that it may have accepted is not retried.
      idempotent: false,
      signal,
    });
    return { outcomes: outcomesOf(targetsOf(message), response), response };
  }

  #encode(message: Message, useMsgId: boolean): WireMessage {
    const { api, validate, limits } = this.#settings;
    if (validate) refuseIfAny(api === 'legacy' ? violationsInLegacy(message) : violationsInCurrent(message));
    const wire = api === 'legacy' ? toLegacy(message, useMsgId) : toCurrent(message);
    if (validate) {
      const tooLarge = violationsOfLimits(wire, limits);
      if (tooLarge.length > 0) {
        throw new EasemobValidationError(
          tooLarge,
          tooLarge.some(({ path }) => path !== 'target') ? 'too-large' : 'validation',
        );
      }
    }
    return wire;
  }
}

function refuseIfAny(violations: ConstructorParameters<typeof EasemobValidationError>[0]): void {
  if (violations.length > 0) throw new EasemobValidationError(violations);
}

/** Puts in the type that the method stands for; a type that is there already was compared with it. */
function withType(input: Message | MessageOf<Message>, type: MessageType | undefined): Message {
  if (type === undefined || !input.msg || input.msg.type !== undefined) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- with a type in msg it is a message as it stands; one without msg is for the service to refuse
    return input as Message;
  }
  // A DTO instance has its absent fields as own properties, which would overwrite the type.
  const fields = Object.entries(input.msg).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- validation held the input against this very type
  return {
    ...Object.fromEntries(Object.entries(input)),
    msg: { type, ...Object.fromEntries(fields) },
  } as Message;
}
