import type { EasemobClient } from '../client/easemob.client.js';
import type { EasemobResponse } from '../client/easemob-call.js';
import { EasemobValidationError, type Violation } from '../errors/index.js';
import { abortable } from '../http/abortable.js';
import { isJsonObject } from '../http/json.js';
import type { EasemobApi } from '../options/module.options.js';
import { toCurrent, violationsInCurrent } from './current-wire.js';
import { TARGET_TYPES } from './dto/message-fields.js';
import type { MessageType } from './dto/message-types.js';
import { toLegacy, violationsInLegacy } from './legacy-wire.js';
import type {
  AudioMessage,
  CommandMessage,
  CustomMessage,
  FileMessage,
  ImageMessage,
  LocationMessage,
  Message,
  MessageInput,
  TextMessage,
  VideoMessage,
} from './message-inputs.js';
import { type MessageLimits, violationsOfLimits } from './message-limits.js';
import { validateMessage } from './message-validation.js';
import { outcomesOf, type TargetOutcome } from './outcomes.js';
import { readMessage } from './read-message.js';
import { readSendOptions, type SendOptions } from './send-options.js';
import { serializable } from './serializable.js';
import type { WireMessage } from './wire-message.js';

/** The result of a send to which Easemob responded. */
export interface SendResult {
  /** One outcome for each target, in the order of `target`. */
  readonly outcomes: TargetOutcome[];
  /**
   * The response as Easemob sent it; every one of its fields may be absent. Members named `constructor` and `__proto__`
   * are left out, because serializers fail at them: `outcomes` has every target.
   */
  readonly response: EasemobResponse;
}

/** @internal The module options that the service needs. */
export interface MessageSettings {
  readonly api: EasemobApi;
  readonly validate: boolean;
  readonly limits: MessageLimits;
}

/**
 * Sends messages, one request for each.
 *
 * A method resolves when Easemob responded, with an outcome for each target. It rejects with an `EasemobError` when the
 * message as a whole was refused or got no response; `error.sent` tells whether Easemob may have accepted it.
 *
 * @see https://docs-im.easemob.com/im/server/basics/messages
 */
export class MessageService {
  readonly #client: EasemobClient;
  readonly #settings: MessageSettings;

  /** @internal Made by `EasemobModule`. */
  constructor(client: EasemobClient, settings: MessageSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  /**
   * Sends a message of any type, told apart by `msg.type`.
   *
   * @throws EasemobValidationError before anything is sent, if the message breaks a constraint or a limit
   * @throws EasemobError for every other failure; `kind` tells which, and `sent` whether Easemob may have accepted it
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  send(message: Message, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, undefined, options);
  }

  /**
   * Sends a text message.
   *
   * @throws EasemobValidationError before anything is sent, if the message breaks a constraint or a limit
   * @throws EasemobError for every other failure; `kind` tells which, and `sent` whether Easemob may have accepted it
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  sendText(message: TextMessage, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, 'txt', options);
  }

  /**
   * Sends an image that was uploaded before.
   *
   * @throws EasemobValidationError before anything is sent, if the message breaks a constraint or a limit
   * @throws EasemobError for every other failure; `kind` tells which, and `sent` whether Easemob may have accepted it
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  sendImage(message: ImageMessage, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, 'img', options);
  }

  /**
   * Sends a voice recording that was uploaded before.
   *
   * @throws EasemobValidationError before anything is sent, if the message breaks a constraint or a limit
   * @throws EasemobError for every other failure; `kind` tells which, and `sent` whether Easemob may have accepted it
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  sendAudio(message: AudioMessage, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, 'audio', options);
  }

  /**
   * Sends a video. It and its thumbnail are uploaded before, in two uploads.
   *
   * @throws EasemobValidationError before anything is sent, if the message breaks a constraint or a limit
   * @throws EasemobError for every other failure; `kind` tells which, and `sent` whether Easemob may have accepted it
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  sendVideo(message: VideoMessage, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, 'video', options);
  }

  /**
   * Sends a file that was uploaded before.
   *
   * @throws EasemobValidationError before anything is sent, if the message breaks a constraint or a limit
   * @throws EasemobError for every other failure; `kind` tells which, and `sent` whether Easemob may have accepted it
   * @see https://doc.easemob.com/document/server-side/message_single.html
   */
  sendFile(message: FileMessage, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, 'file', options);
  }

  /**
   * Sends a location.
   *
   * @throws EasemobValidationError before anything is sent, if the message breaks a constraint or a limit
   * @throws EasemobError for every other failure; `kind` tells which, and `sent` whether Easemob may have accepted it
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  sendLocation(message: LocationMessage, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, 'loc', options);
  }

  /**
   * Sends a command message, on which the client application acts. It neither rings nor shows or pushes a
   * notification.
   *
   * @throws EasemobValidationError before anything is sent, if the message breaks a constraint or a limit
   * @throws EasemobError for every other failure; `kind` tells which, and `sent` whether Easemob may have accepted it
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  sendCommand(message: CommandMessage, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, 'cmd', options);
  }

  /**
   * Sends a custom message, whose meaning the application defines.
   *
   * @throws EasemobValidationError before anything is sent, if the message breaks a constraint or a limit
   * @throws EasemobError for every other failure; `kind` tells which, and `sent` whether Easemob may have accepted it
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  sendCustom(message: CustomMessage, options?: SendOptions): Promise<SendResult> {
    return this.#send(message, 'custom', options);
  }

  async #send(
    input: MessageInput,
    type: MessageType | undefined,
    options: SendOptions | undefined,
  ): Promise<SendResult> {
    const { useMsgId, signal } = readSendOptions(options);
    const violations = this.#settings.validate || !isJsonObject(input) ? validateMessage(input, type) : [];
    if (!(violations instanceof Promise)) refuseIfAny(violations);
    const encoding = this.#encode(input, type, useMsgId);
    if (violations instanceof Promise) {
      // The message is encoded before this wait for a constraint of the application: the caller may change it meanwhile.
      encoding.catch(() => undefined);
      refuseIfAny(await abortable(violations, signal));
    }
    const wire = await encoding;
    const { response, attempts } = await this.#client.call({
      method: 'POST',
      path: wire.path,
      headers: { 'content-type': 'application/json' },
      body: wire.json,
      // Without `validate` it may be anything; Easemob then reports it.
      route: TARGET_TYPES.includes(wire.targetType) ? wire.targetType : 'users',
      messages: wire.targets.length,
      // Easemob has no idempotency key: a send that it may have accepted is not retried.
      idempotent: false,
      secrets: wire.secrets,
      signal,
    });
    return { outcomes: outcomesOf(wire.targets, response, attempts), response: serializable(response) };
  }

  /** Encodes the message as it is now; the promise only carries the error of a message that has no encoding. */
  async #encode(input: MessageInput, type: MessageType | undefined, useMsgId: boolean): Promise<WireMessage> {
    const { api, validate, limits } = this.#settings;
    const message = readMessage(input, type);
    if (validate) refuseIfAny(api === 'legacy' ? violationsInLegacy(message) : violationsInCurrent(message));
    const wire = api === 'legacy' ? toLegacy(message, useMsgId) : toCurrent(message);
    const tooLarge = validate ? violationsOfLimits(wire, limits) : [];
    const isTooLarge = tooLarge.some(({ path }) => path !== 'target');
    refuseIfAny(tooLarge, isTooLarge ? 'too-large' : 'validation');
    return wire;
  }
}

function refuseIfAny(violations: readonly Violation[], kind?: 'validation' | 'too-large'): void {
  if (violations.length > 0) throw new EasemobValidationError(violations, kind);
}
