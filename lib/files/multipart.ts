import { randomUUID } from 'node:crypto';
import type { UploadFile } from './upload-source.js';

/** Encodes a file as the one `multipart/form-data` part named `file` that Easemob expects. */
export function multipartOf({ bytes, filename, contentType }: UploadFile): {
  body: Buffer;
  contentType: string;
} {
  const boundary = `----easemob-${randomUUID()}`;
  const head =
    `--${boundary}\r\n` +
    `Content-Disposition: form-data; name="file"; filename="${quoted(filename)}"\r\n` +
    `Content-Type: ${oneLine(contentType)}\r\n\r\n`;
  return {
    body: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}

/** Writes a filename as browsers do: UTF-8, with the characters that would end the header escaped. */
function quoted(filename: string): string {
  return filename.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function oneLine(value: string): string {
  return value.replaceAll(/[\r\n]+/g, ' ');
}
