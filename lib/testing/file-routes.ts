import { success, type Answer } from './answer.js';
import type { EmulatedFile } from './files.js';
import { parseMultipart } from './multipart.js';
import { fileTooLarge, forbidden, illegalArgument, unsupportedMediaType } from './refusal.js';
import { mediaType, type Call, type EmulatedRequest } from './request.js';
import type { EmulatorState } from './state.js';

/** Smaller images are their own thumbnail, section 10.1 of the protocol. */
const THUMBNAIL_FROM_BYTES = 10 * 1024;
const THUMBNAIL_PIXELS = 170;

/** A PNG of one pixel stands in for every thumbnail. */
const THUMBNAIL_BASE64 =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** `POST /chatfiles`, section 10.1 of the protocol. */
export function uploadFile(state: EmulatorState, call: Call): Answer {
  const { request } = call;
  if (mediaType(request.headers) !== 'multipart/form-data') throw unsupportedMediaType();
  if (call.isOverflow) throw fileTooLarge();
  const parts = parseMultipart(request.headers['content-type'] ?? '', request.rawBody);
  const part = parts?.find(({ name }) => name === 'file');
  if (part === undefined) throw illegalArgument('file must be provided.');
  if (part.bytes.length > state.limits.uploadBytes) throw fileTooLarge();
  state.rates.admit('files', request.receivedAt);
  const thumbnail = readThumbnail(request);
  const { uuid, secret } = state.files.add({
    filename: part.filename ?? 'file',
    contentType: part.contentType,
    bytes: part.bytes,
    restricted: header(request, 'restrict-access').toLowerCase() === 'true',
    ...(thumbnail === undefined ? {} : { thumbnail }),
  });
  const entity = { uuid, type: 'chatfile', ...(secret === undefined ? {} : { 'share-secret': secret }) };
  return success(state, call, { entities: [entity] });
}

/** `GET /chatfiles/{uuid}`, section 10.2 of the protocol. */
export function downloadFile(state: EmulatorState, call: Call): Answer {
  const { request } = call;
  const file = state.files.get(call.params[0] ?? '');
  const secret = header(request, 'share-secret') || request.query['share-secret'];
  if (file.restricted && secret !== file.secret) throw forbidden('share-secret is missing or does not match');
  state.rates.admit('files', request.receivedAt);
  if (header(request, 'thumbnail').toLowerCase() !== 'true' || !hasThumbnail(file)) {
    return bytesAnswer(file.bytes, file.contentType, file.filename);
  }
  return bytesAnswer(Buffer.from(THUMBNAIL_BASE64, 'base64'), 'image/png', file.filename);
}

function hasThumbnail({ contentType, bytes }: EmulatedFile): boolean {
  return contentType.startsWith('image/') && bytes.length > THUMBNAIL_FROM_BYTES;
}

function readThumbnail(request: EmulatedRequest): EmulatedFile['thumbnail'] {
  const [width, height] = [header(request, 'thumbnail-width'), header(request, 'thumbnail-height')];
  if (width === '' && height === '') return undefined;
  return { width: Number(width || THUMBNAIL_PIXELS), height: Number(height || THUMBNAIL_PIXELS) };
}

function bytesAnswer(bytes: Buffer, contentType: string, filename: string): Answer {
  const isWritable = /^[\x20-\x7e]+$/.test(contentType);
  return {
    status: 200,
    headers: {
      'content-type': isWritable ? contentType : 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(filename)}`,
    },
    body: bytes,
  };
}

function header(request: EmulatedRequest, name: string): string {
  return String(request.headers[name] ?? '');
}
