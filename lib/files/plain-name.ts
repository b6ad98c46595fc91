import { basename } from 'node:path';

/** The longest name that every common file system takes, and the longest content type that is sent. */
export const MAX_NAME_LENGTH = 255;

/** Control characters, and halves of a surrogate pair, which UTF-8 cannot carry. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

/** Whether a text can be the name of a file in a header and in a path: of 1 to 255 characters, without control characters. */
export function isPlainName(text: string): boolean {
  return (
    text !== '' && text.length <= MAX_NAME_LENGTH && text !== '.' && text !== '..' && !UNPRINTABLE.test(text)
  );
}

/** The last part of a path of either kind: an upload from a browser on Windows may carry `C:\\…`. */
export function baseName(path: string): string {
  return basename(path.replaceAll('\\', '/'));
}
