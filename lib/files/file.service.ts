import { Readable } from 'node:stream';
import type { EasemobClient } from '../client/easemob.client.js';
import type { EasemobResponse } from '../client/easemob-call.js';
import { EasemobApiError, EasemobValidationError } from '../errors/index.js';
import { abortable } from '../http/abortable.js';
import { isJsonObject } from '../http/json.js';
import { formatValue } from '../checks/format-value.js';
import type { Closing } from '../retry/closing.js';
import {
  type DownloadOptions,
  readDownloadOptions,
  readUploadOptions,
  type ReadUploadOptions,
  type UploadOptions,
} from './file-options.js';
import { multipartOf } from './multipart.js';
import { isPlainName } from './plain-name.js';
import { readWithin } from './stalled-source.js';
import { readSource, type UploadFile, type UploadSource } from './upload-source.js';

/** An uploaded file; spread it into `msg`: `{ ...uploaded, size: { width, height } }`. */
export interface UploadedFile {
  /** `https://{host}/{org}/{app}/chatfiles/{uuid}` */
  readonly url: string;
  /** Identifies the file, for instance for {@link FileService.download}. */
  readonly uuid: string;
  /** The share secret, where access is restricted; a message with this file must carry it. */
  readonly secret?: string;
  /** The base name that was sent. */
  readonly filename: string;
}

/** @internal The module options that the service needs. */
export interface FileSettings {
  readonly uploadBytes: number;
  /** How long the source of an upload may provide nothing, in milliseconds. */
  readonly sourceIdleMs: number;
}

/** @internal 10 MB take 20 s at the 500 kB/s that Easemob gives one connection; three times as long. */
export const MIN_UPLOAD_TIMEOUT_MS = 60_000;

/**
 * Uploads and downloads the files of messages.
 *
 * @see https://doc.easemob.com/document/server-side/message_upload_file.html
 */
export class FileService {
  readonly #client: EasemobClient;
  readonly #settings: FileSettings;
  readonly #closing: Closing;

  /** @internal Made by `EasemobModule`. */
  constructor(client: EasemobClient, settings: FileSettings, closing: Closing) {
    this.#client = client;
    this.#settings = settings;
    this.#closing = closing;
  }

  /**
   * Uploads a file of at most 10 MiB (`limits.uploadBytes`). The source is read once and held in memory, so that a failed
   * attempt can be retried; it may provide nothing for as long as one attempt may take (`http.timeoutMs`). The caller may reuse a Buffer as soon as the call is made.
   *
   * @throws EasemobValidationError before anything is sent: kind `too-large` for a file beyond the limit, kind
   * `validation` for a source that cannot be read, was used before, stalls or changes meanwhile, and for a wrong option
   * @throws EasemobApiError, EasemobNetworkError, EasemobTimeoutError, EasemobError as {@link MessageService.send} does
   */
  async upload(source: UploadSource, options?: UploadOptions): Promise<UploadedFile> {
    const given = readUploadOptions(options);
    this.#closing.assertOpen();
    const file = await this.#read(source, given);
    const { restrictAccess, thumbnail, signal } = given;
    const { body, contentType } = multipartOf(file);
    const { response, attempts } = await this.#client.call({
      method: 'POST',
      path: '/chatfiles',
      headers: {
        'content-type': contentType,
        ...(restrictAccess && { 'restrict-access': 'true' }),
        ...(thumbnail && {
          'thumbnail-width': String(thumbnail.width),
          'thumbnail-height': String(thumbnail.height),
        }),
      },
      body,
      route: 'files',
      messages: 0,
      idempotent: true,
      minTimeoutMs: MIN_UPLOAD_TIMEOUT_MS,
      signal,
    });
    const { uuid, secret } = uploadedOf(response, attempts);
    // The `uri` of the response is that of the collection, not of the file.
    const url = this.#client.urlOf(`/chatfiles/${encodeURIComponent(uuid)}`);
    return { url, uuid, ...(secret !== undefined && { secret }), filename: file.filename };
  }

  /**
   * Downloads a file as a stream of its bytes.
   *
   * @throws EasemobValidationError before anything is sent, for a `uuid` that no file has, and for a wrong option
   * @throws EasemobApiError kind `not-found` for an unknown or expired file
   * @throws EasemobApiError, EasemobNetworkError, EasemobTimeoutError, EasemobError as {@link MessageService.send} does. The
   * stream itself fails with a plain `Error` when the connection breaks
   * @see https://doc.easemob.com/document/server-side/message_download_file.html
   */
  async download(uuid: string, options?: DownloadOptions): Promise<Readable> {
    const { secret, thumbnail, signal } = readDownloadOptions(options);
    if (typeof uuid !== 'string' || !isPlainName(uuid)) throw wrongUuid(uuid);
    return this.#client.download({
      method: 'GET',
      path: `/chatfiles/${encodeURIComponent(uuid)}`,
      headers: {
        accept: 'application/octet-stream',
        ...(secret !== undefined && { 'share-secret': secret }),
        ...(thumbnail && { thumbnail: 'true' }),
      },
      route: 'files',
      messages: 0,
      idempotent: true,
      ...(secret !== undefined && { secrets: [secret] }),
      signal,
    });
  }

  /** Reads the source; an abort, the closing of the module and a stall end the wait for one that never ends. */
  async #read(source: UploadSource, options: ReadUploadOptions): Promise<UploadFile> {
    const { signal } = options;
    try {
      const { uploadBytes, sourceIdleMs } = this.#settings;
      const reading = readWithin(source, sourceIdleMs, (onProgress) =>
        readSource(source, options, uploadBytes, onProgress),
      );
      return await this.#closing.limit(abortable(reading, signal), 'the source of the upload was read');
    } catch (error) {
      const isEnded = signal?.aborted === true || this.#closing.signal.aborted;
      if (isEnded && source instanceof Readable) source.destroy();
      throw error;
    }
  }
}

function wrongUuid(uuid: unknown): EasemobValidationError {
  const received = formatValue(uuid);
  const message = `uuid must be the uuid of an uploaded file, got ${received}; take it from the upload's result.`;
  return new EasemobValidationError([{ path: 'uuid', message }]);
}

function uploadedOf(response: EasemobResponse, attempts: number): { uuid: string; secret?: string } {
  const entity = response.entities?.[0];
  // It becomes a part of a URL that messages carry.
  if (!isJsonObject(entity) || typeof entity.uuid !== 'string' || !isPlainName(entity.uuid)) {
    throw new EasemobApiError(
      'The response to the upload does not name the file; upload it again.',
      { status: 200, error: '', description: 'entities[0].uuid is missing or no uuid' },
      { kind: 'server', retryable: true, sent: 'maybe', attempts },
    );
  }
  const secret = entity['share-secret'];
  return { uuid: entity.uuid, ...(typeof secret === 'string' && secret !== '' && { secret }) };
}
