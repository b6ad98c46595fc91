/** The injection token of the interceptor's options, which `EasemobModule` or the application may provide. */
export const EASEMOB_INTERCEPTOR_OPTIONS = Symbol.for('nestjs-easemob.interceptor-options');
