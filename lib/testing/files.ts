import { randomBytes, randomUUID } from 'node:crypto';

import type { EmulatorClock } from './clock.js';
import { fileExpired, fileNotFound } from './refusal.js';

/**
 * A file that was uploaded.
 *
 * @see {@link https://doc.easemob.com/document/server-side/message_upload_file.html}
 */
export interface EmulatedFile {
  /** The UUID under which it can be downloaded. */
  readonly uuid: string;
  /** The name that the upload gave it, `file` when it gave none. */
  readonly filename: string;
  /** The media type that the upload gave it, `application/octet-stream` when it gave none. */
  readonly contentType: string;
  /** The content, byte for byte. */
  readonly bytes: Buffer;
  /** The share secret; only a restricted file has one. */
  readonly secret?: string;
  /**
   * Whether the upload had the header `restrict-access` with another value than `false`. A download then needs the share
   * secret.
   */
  readonly restricted: boolean;
  /** The thumbnail size that the upload asked for, in pixels. */
  readonly thumbnail?: { readonly width: number; readonly height: number };
}

/** Easemob keeps a file for seven days. */
const RETENTION_MS = 7 * 24 * 60 * 60 * 1000;

/** The uploaded files. */
export class FileStore {
  readonly #clock: EmulatorClock;
  #files = new Map<string, EmulatedFile & { readonly expiresAt: number }>();

  constructor(clock: EmulatorClock) {
    this.#clock = clock;
  }

  get all(): EmulatedFile[] {
    return [...this.#files.values()].map(({ expiresAt: _expiresAt, ...file }) => file);
  }

  add(upload: Omit<EmulatedFile, 'uuid' | 'secret'>): EmulatedFile {
    const file = {
      ...upload,
      uuid: randomUUID(),
      ...(upload.restricted ? { secret: randomBytes(24).toString('base64url') } : {}),
    };
    this.#files.set(file.uuid, { ...file, expiresAt: this.#clock.now() + RETENTION_MS });
    return file;
  }

  /** @throws Refusal 404 when the file does not exist or has expired */
  get(uuid: string): EmulatedFile {
    const file = this.#files.get(uuid);
    if (file === undefined) throw fileNotFound();
    if (file.expiresAt <= this.#clock.now()) throw fileExpired(uuid);
    return file;
  }

  clear(): void {
    this.#files = new Map();
  }
}
