export { EasemobModule } from './easemob.module.js';
export type { EasemobModuleAsyncOptions, EasemobOptionsFactory } from './options/async.options.js';
export type { EasemobApi, EasemobModuleExtras, EasemobModuleOptions } from './options/module.options.js';
export type { LimitOptions } from './options/limit.options.js';
export {
  getEasemobOptionsToken,
  getFileServiceToken,
  getMessageServiceToken,
  getTokenServiceToken,
  InjectFileService,
  InjectMessageService,
  InjectTokenService,
} from './easemob.tokens.js';

export { MessageService } from './messages/message.service.js';
export type { SendResult } from './messages/message.service.js';
export type { SendOptions } from './messages/send-options.js';
export type { ChatroomMessageLevel, MessageExtension, TargetType } from './messages/dto/message-fields.js';
export type {
  AudioMessage,
  CommandMessage,
  CustomMessage,
  FileMessage,
  ImageMessage,
  LocationMessage,
  Message,
  MessageContent,
  MessageEnvelope,
  TextMessage,
  VideoMessage,
} from './messages/message-inputs.js';
export type { TargetOutcome } from './messages/outcomes.js';
export type { EasemobResponse } from './client/easemob-call.js';

export { FileService } from './files/file.service.js';
export type { UploadedFile } from './files/file.service.js';
export type { DownloadOptions, UploadOptions } from './files/file-options.js';
export type { UploadSource } from './files/upload-source.js';

export { TokenService } from './token/token.service.js';
export type { TokenStatus } from './token/token.service.js';
export type { TokenOptions } from './options/token.options.js';
export type { StoredToken, TokenStore } from './token/token-store.js';

export type { RateLimitOptions, RateLimitRoute, RouteLimit } from './options/rate-limit.options.js';
export { MemoryRateLimitStore } from './rate-limit/memory-rate-limit-store.js';
export type {
  RateLimitBucket,
  RateLimitGrant,
  RateLimitLease,
  RateLimitStore,
  RateWindow,
} from './rate-limit/rate-limit-store.js';
export type { RetryEvent } from './retry/retry-policy.js';
export type { RetryOptions } from './options/retry.options.js';
export type { HttpOptions } from './options/http.options.js';

export {
  AudioBody,
  AudioMessageDto,
  CommandBody,
  CommandMessageDto,
  CustomBody,
  CustomMessageDto,
  FileBody,
  FileMessageDto,
  ImageBody,
  ImageMessageDto,
  LocationBody,
  LocationMessageDto,
  MESSAGE_TYPES,
  TextBody,
  TextMessageDto,
  VideoBody,
  VideoMessageDto,
} from './messages/dto/message-types.js';
export type { MessageBody, MessageType } from './messages/dto/message-types.js';
export { ImageSize } from './messages/dto/image-size.js';
export { MessageDto } from './messages/dto/message.dto.js';

export {
  EasemobApiError,
  EasemobConfigError,
  EasemobError,
  EasemobErrorInterceptor,
  EasemobNetworkError,
  EasemobTimeoutError,
  EasemobValidationError,
  isEasemobApiError,
  isEasemobError,
  isEasemobValidationError,
} from './errors/index.js';
export type {
  EasemobApiFailure,
  EasemobErrorBody,
  EasemobErrorDetails,
  EasemobErrorInterceptorOptions,
  EasemobErrorKind,
  SentState,
  Violation,
} from './errors/index.js';
export { EASEMOB_INTERCEPTOR_OPTIONS } from './errors/interceptor-options.token.js';
