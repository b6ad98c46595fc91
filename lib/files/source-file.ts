import { type BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { isEasemobError } from '../errors/index.js';
import { formatValue } from '../checks/format-value.js';
import { baseName } from './plain-name.js';
import { codeOf, refusedSource, sourceTooLarge } from './source-refusal.js';
import { readStream } from './source-stream.js';

/**
 * Reads a local file.
 *
 * @throws EasemobValidationError for a path that is not a readable file, and for a file that changes while it is read
 */
export async function readLocalFile(path: string, limit: number, onProgress: () => void): Promise<Buffer> {
  const name = formatValue(baseName(path));
  try {
    // Asked before it is opened: a pipe would wait for its writer.
    if (!(await stat(path)).isFile()) {
      throw refusedSource(`source ${name} is not a file; give the path of one file.`);
    }
    const file = await open(path);
    try {
      return await readHandle(file, name, limit, onProgress);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isEasemobError(error)) throw error;
    throw refusedSource(
      `source ${name} cannot be read (${codeOf(error)}); give the path of a readable file.`,
    );
  }
}

async function readHandle(
  file: FileHandle,
  name: string,
  limit: number,
  onProgress: () => void,
): Promise<Buffer> {
  const before = await file.stat({ bigint: true });
  if (before.size > limit) throw sourceTooLarge(Number(before.size), limit);
  // `end` is read too: a file that grows without end is read one byte beyond the limit.
  const bytes = await readStream(
    file.createReadStream({ autoClose: false, ...(Number.isFinite(limit) && { end: limit }) }),
    limit,
    onProgress,
  );
  if (BigInt(bytes.length) !== before.size || !isSame(before, await file.stat({ bigint: true }))) {
    throw refusedSource(`source ${name} changed while it was read; upload it when it is complete.`);
  }
  return bytes;
}

function isSame(before: BigIntStats, after: BigIntStats): boolean {
  return before.size === after.size && before.mtimeNs === after.mtimeNs;
}
