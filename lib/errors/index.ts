export { EasemobError, isEasemobError } from './easemob.error.js';
export type { EasemobErrorDetails, EasemobErrorKind, SentState } from './easemob.error.js';
export { EasemobApiError } from './easemob-api.error.js';
export type { EasemobApiFailure } from './easemob-api.error.js';
export { EasemobConfigError } from './easemob-config.error.js';
export { EasemobNetworkError } from './easemob-network.error.js';
export { EasemobTimeoutError } from './easemob-timeout.error.js';
export { EasemobValidationError } from './easemob-validation.error.js';
export type { Violation } from './easemob-validation.error.js';
