import { randomBytes, randomUUID } from 'node:crypto';

import type { EmulatorClock } from './clock.js';
import { fileExpired, fileNotFound } from './refusal.js';

/** A file that was uploaded. */
export interface EmulatedFile {
  readonly uuid: string;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Buffer;
  /** The share secret; only a restricted file has one. */
  readonly secret?: string;
  /** The upload said `restrict-access: true`: a download needs the secret. */
  readonly restricted: boolean;
  /** The thumbnail that the upload asked for, in pixels. */
  readonly thumbnail?: { readonly width: number; readonly height: number };
}

const RETENTION_MS = 7 * 24 * 60 * 60 * 1000;

/** The uploads, each kept for the seven days of section 10.1 of the protocol. */
export class FileStore {
  private files = new Map<string, EmulatedFile & { readonly expiresAt: number }>();

  constructor(private readonly clock: EmulatorClock) {}

  get all(): EmulatedFile[] {
    return [...this.files.values()].map(({ expiresAt: _expiresAt, ...file }) => file);
  }

  add(upload: Omit<EmulatedFile, 'uuid' | 'secret'>): EmulatedFile {
    const file = {
      ...upload,
      uuid: randomUUID(),
      ...(upload.restricted ? { secret: randomBytes(24).toString('base64url') } : {}),
    };
    this.files.set(file.uuid, { ...file, expiresAt: this.clock.now() + RETENTION_MS });
    return file;
  }

  /** Throws the 404 of section 13.5 of the protocol for a file that is not there, or no more. */
  get(uuid: string): EmulatedFile {
    const file = this.files.get(uuid);
    if (file === undefined) throw fileNotFound();
    if (file.expiresAt <= this.clock.now()) throw fileExpired(uuid);
    return file;
  }

  clear(): void {
    this.files = new Map();
  }
}
