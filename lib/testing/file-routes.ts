import type { EmulatedFile } from './files.js';
import { parseMultipart } from './multipart.js';
import { fileTooLarge, forbidden, illegalArgument, unsupportedMediaType } from './refusal.js';
import { mediaType, type EmulatedRequest, type RequestContext } from './request.js';
import { successResponse, type EmulatorResponse } from './response.js';
import type { EmulatorState } from './state.js';

/** An image of at most this size is its own thumbnail. */
const LARGEST_WITHOUT_THUMBNAIL_BYTES = 10 * 1024;
const THUMBNAIL_PIXELS = 170;

/** A PNG of one pixel stands in for every thumbnail. */
const THUMBNAIL_BASE64 =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/**
 * `POST /chatfiles`.
 *
 * @see {@link https://doc.easemob.com/document/server-side/message_upload_file.html}
 */
export function uploadFile(state: EmulatorState, context: RequestContext): EmulatorResponse {
  const { request } = context;
  if (mediaType(request.headers) !== 'multipart/form-data') throw unsupportedMediaType();
  if (context.isOverflow) throw fileTooLarge();
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
    restricted: isSwitchedOn(request, 'restrict-access'),
    ...(thumbnail === undefined ? {} : { thumbnail }),
  });
  const entity = { uuid, type: 'chatfile', ...(secret === undefined ? {} : { 'share-secret': secret }) };
  return successResponse(state, context, { entities: [entity] });
}

/**
 * `GET /chatfiles/{uuid}`.
 *
 * @see {@link https://doc.easemob.com/document/server-side/message_download_file.html}
 */
export function downloadFile(state: EmulatorState, context: RequestContext): EmulatorResponse {
  const { request } = context;
  const file = state.files.get(context.params[0] ?? '');
  const secret = header(request, 'share-secret') || request.query['share-secret'];
  if (file.restricted && secret !== file.secret) throw forbidden('share-secret is missing or does not match');
  state.rates.admit('files', request.receivedAt);
  if (!isSwitchedOn(request, 'thumbnail') || !hasThumbnail(file)) {
    return fileResponse(file.bytes, file.contentType, file.filename);
  }
  return fileResponse(Buffer.from(THUMBNAIL_BASE64, 'base64'), 'image/png', file.filename);
}

function hasThumbnail({ contentType, bytes }: EmulatedFile): boolean {
  return contentType.startsWith('image/') && bytes.length > LARGEST_WITHOUT_THUMBNAIL_BYTES;
}

function readThumbnail(request: EmulatedRequest): EmulatedFile['thumbnail'] {
  const [width, height] = [header(request, 'thumbnail-width'), header(request, 'thumbnail-height')];
  if (width === '' && height === '') return undefined;
  return { width: pixels(width), height: pixels(height) };
}

function pixels(side: string): number {
  const length = Number(side);
  return Number.isSafeInteger(length) && length > 0 ? length : THUMBNAIL_PIXELS;
}

function fileResponse(bytes: Buffer, contentType: string, filename: string): EmulatorResponse {
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

/** Easemob looks at the presence of the header: `1` and an empty value count as `true`, and only `false` does not. */
function isSwitchedOn({ headers }: EmulatedRequest, name: string): boolean {
  const value = headers[name];
  return value !== undefined && String(value).toLowerCase() !== 'false';
}

function header(request: EmulatedRequest, name: string): string {
  return String(request.headers[name] ?? '');
}
