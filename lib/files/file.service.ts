import { Readable } from 'node:stream';
import type { EasemobClient } from '../client/easemob.client.js';
import type { EasemobResponse } from '../client/easemob-call.js';
import { EasemobApiError, EasemobValidationError, type Violation } from '../errors/index.js';
import { isJsonObject } from '../http/json.js';
import { abortable } from '../http/abortable.js';
import { multipartOf } from './multipart.js';
import { readSource, type UploadFile, type UploadSource } from './upload-source.js';

/** Options of an upload. */
export interface UploadOptions {
  /**
   * The name of the file; only its base name is sent.
   * @default the name of the path or of the `File`, else `file`
   */
  readonly filename?: string;
  /**
   * The MIME type of the file.
   * @default the type of the `Blob`, else `application/octet-stream`
   */
  readonly contentType?: string;
  /**
   * Downloads then need the share secret, which the result carries. Easemob must have enabled this for the app.
   * @default false
   */
  readonly restrictAccess?: boolean;
  /**
   * The size of an image's thumbnail, in whole pixels above 0.
   * @default 170 × 170, set by Easemob
   */
  readonly thumbnail?: { readonly width: number; readonly height: number };
  /** Aborts the upload: the reading of the source at once, a request under way with `sent: 'maybe'`. */
  readonly signal?: AbortSignal;
}

/** Options of a download. */
export interface DownloadOptions {
  /** The share secret of a file with restricted access. */
  readonly secret?: string;
  /**
   * Downloads the thumbnail of an image instead of the image.
   * @default false
   */
  readonly thumbnail?: boolean;
  /** Aborts the call, and the stream while it is read. */
  readonly signal?: AbortSignal;
}

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

  /** @internal Made by `EasemobModule`. */
  constructor(client: EasemobClient, settings: FileSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  /**
   * Uploads a file of at most 10 MiB (`limits.uploadBytes`). The source is read once and held in memory, so that a failed
   * attempt can be retried.
   *
   * @throws EasemobValidationError before anything is sent: kind `too-large` for a file beyond the limit, kind
   * `validation` for a source that cannot be read
   * @throws EasemobApiError, EasemobNetworkError, EasemobTimeoutError, EasemobError as {@link MessageService.send} does
   */
  async upload(source: UploadSource, options: UploadOptions = {}): Promise<UploadedFile> {
    refuseIfAny(violationsOfUpload(options));
    const file = await this.#read(source, options);
    const { body, contentType } = multipartOf(file);
    const { thumbnail } = options;
    const { response, attempts } = await this.#client.call({
      method: 'POST',
      path: '/chatfiles',
      headers: {
        'content-type': contentType,
        ...(options.restrictAccess && { 'restrict-access': 'true' }),
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
      signal: options.signal,
    });
    const { uuid, secret } = uploadedOf(response, attempts);
    // The `uri` of the response is that of the collection, not of the file.
    const url = this.#client.urlOf(`/chatfiles/${uuid}`);
    return { url, uuid, ...(secret !== undefined && { secret }), filename: file.filename };
  }

  /**
   * Downloads a file as a stream of its bytes.
   *
   * @throws EasemobApiError kind `not-found` for an unknown or expired file
   * @throws EasemobApiError, EasemobNetworkError, EasemobTimeoutError, EasemobError as {@link MessageService.send} does. The
   * stream itself fails with a plain `Error` when the connection breaks
   * @see https://doc.easemob.com/document/server-side/message_download_file.html
   */
  async download(uuid: string, options: DownloadOptions = {}): Promise<Readable> {
    if (typeof uuid !== 'string' || uuid === '') {
      throw new EasemobValidationError([
        {
          path: 'uuid',
          message: `uuid must be a non-empty string, got ${typeof uuid}; take it from the upload's result.`,
        },
      ]);
    }
    return this.#client.download({
      method: 'GET',
      path: `/chatfiles/${encodeURIComponent(uuid)}`,
      headers: {
        accept: 'application/octet-stream',
        ...(options.secret !== undefined && { 'share-secret': options.secret }),
        ...(options.thumbnail && { thumbnail: 'true' }),
      },
      route: 'files',
      messages: 0,
      idempotent: true,
      ...(options.secret !== undefined && { secrets: [options.secret] }),
      signal: options.signal,
    });
  }

  /** Reads the source; an abort ends the wait for one that never ends. */
  async #read(source: UploadSource, options: UploadOptions): Promise<UploadFile> {
    try {
      return await abortable(readSource(source, options, this.#settings.uploadBytes), options.signal);
    } catch (error) {
      if (options.signal?.aborted && source instanceof Readable) source.destroy();
      throw error;
    }
  }
}

function violationsOfUpload({ thumbnail }: UploadOptions): Violation[] {
  if (!thumbnail) return [];
  return (['width', 'height'] as const)
    .filter((side) => !(Number.isInteger(thumbnail[side]) && thumbnail[side] > 0))
    .map((side) => ({
      path: `thumbnail.${side}`,
      message: `thumbnail.${side} must be a whole number of pixels above 0, got ${String(thumbnail[side])}.`,
    }));
}

function refuseIfAny(violations: readonly Violation[]): void {
  if (violations.length > 0) throw new EasemobValidationError(violations);
}

function uploadedOf(response: EasemobResponse, attempts: number): { uuid: string; secret?: string } {
  const entity = response.entities?.[0];
  if (!isJsonObject(entity) || typeof entity.uuid !== 'string') {
    throw new EasemobApiError(
      'The response to the upload does not name the file; upload it again.',
      { status: 200, error: '', description: 'entities[0].uuid is missing' },
      { kind: 'server', retryable: true, sent: 'maybe', attempts },
    );
  }
  const secret = entity['share-secret'];
  return { uuid: entity.uuid, ...(typeof secret === 'string' && secret !== '' && { secret }) };
}
