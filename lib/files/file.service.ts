import { Readable } from 'node:stream';
import type { EasemobClient } from '../client/easemob.client.js';
import type { EasemobResponse } from '../client/easemob-call.js';
import { EasemobApiError, EasemobValidationError, type Violation } from '../errors/index.js';
import { isJsonObject } from '../http/json.js';
import { abortable } from '../http/abortable.js';
import { multipartOf } from './multipart.js';
import { readSource, type UploadFile, type UploadSource } from './upload-source.js';

/** How a file is uploaded. */
export interface UploadOptions {
  /** Only its base name is sent; taken from the path or the `File` where there is one, else `file`. */
  readonly filename?: string;
  /** @default the `Blob`'s own type, else `application/octet-stream` */
  readonly contentType?: string;
  /** Downloads then need the share-secret, which the result carries. The vendor must have enabled it for the app. */
  readonly restrictAccess?: boolean;
  /** The size of an image's thumbnail in pixels; without it the service makes 170 × 170. */
  readonly thumbnail?: { readonly width: number; readonly height: number };
  readonly signal?: AbortSignal;
}

/** How a file is downloaded. */
export interface DownloadOptions {
  /** The share-secret of a file with restricted access. */
  readonly secret?: string;
  /** The thumbnail of an image instead of the image. */
  readonly thumbnail?: boolean;
  /** Ends the call, and the stream while it is read. */
  readonly signal?: AbortSignal;
}

/** A file on the service; spread it into `msg`: `{ ...uploaded, size: { width, height } }`. */
export interface UploadedFile {
  /** `https://{host}/{org}/{app}/chatfiles/{uuid}` */
  readonly url: string;
  readonly uuid: string;
  /** The share-secret; a message with this file must carry it. */
  readonly secret?: string;
  readonly filename: string;
}

/** @internal What the service needs of the module's options. */
export interface FileSettings {
  readonly uploadBytes: number;
}

/** @internal 10 MB at the 500 kB/s that one connection gets (section 3.5 of the protocol), three times over. */
export const MIN_UPLOAD_TIMEOUT_MS = 60_000;

/** Uploads and downloads the files of messages, section 10 of the protocol. */
export class FileService {
  readonly #client: EasemobClient;
  readonly #settings: FileSettings;

  /** @internal Made by `EasemobModule`. */
  constructor(client: EasemobClient, settings: FileSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  /**
   * Uploads a file of at most 10 MB (`limits.uploadBytes`). The source is read once and held, so that a failed try can be
   * repeated.
   *
   * @throws EasemobValidationError before anything is sent: a file too large (kind `too-large`), a source that cannot be read
   * @throws EasemobError as every call does
   */
  async upload(source: UploadSource, options: UploadOptions = {}): Promise<UploadedFile> {
    refuseIfAny(violationsOfUpload(options));
    const file = await this.#read(source, options);
    const { body, contentType } = multipartOf(file);
    const { thumbnail } = options;
    const response = await this.#client.call({
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
      repeatable: true,
      minTimeoutMs: MIN_UPLOAD_TIMEOUT_MS,
      signal: options.signal,
    });
    const { uuid, secret } = uploadedOf(response);
    // The response's own `uri` is the collection's (conflict 24 of the protocol).
    const url = this.#client.urlOf(`/chatfiles/${uuid}`);
    return { url, uuid, ...(secret !== undefined && { secret }), filename: file.filename };
  }

  /**
   * The bytes of a file, as they come.
   *
   * @throws EasemobApiError kind `not-found` for an unknown or expired file
   * @throws EasemobError as every call does; the stream itself fails with a plain error when the connection breaks
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
      repeatable: true,
      signal: options.signal,
    });
  }

  /** A source may take for ever to read; an abort ends that wait too. */
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

function uploadedOf(response: EasemobResponse): { uuid: string; secret?: string } {
  const entity = response.entities?.[0];
  if (!isJsonObject(entity) || typeof entity.uuid !== 'string') {
    const error = new EasemobApiError(
      'Easemob answered the upload without the file it made; upload it again.',
      { status: 200, error: '', description: 'entities[0].uuid is missing' },
      { kind: 'server', retryable: true, sent: 'maybe' },
    );
    error.concludes(1, 'maybe');
    throw error;
  }
  const secret = entity['share-secret'];
  return { uuid: entity.uuid, ...(typeof secret === 'string' && secret !== '' && { secret }) };
}
