export { EasemobEmulator } from './emulator.js';
export type {
  EasemobEmulatorOptions,
  EmulatorLimits,
  EmulatorRateLimits,
  EmulatorRouteLimit,
  EmulatorStrictness,
} from './emulator.options.js';
export type { EmulatorFault, FaultMatch } from './faults.js';
export type { EmulatedFile } from './files.js';
export type { EmulatedMessage, EmulatedMessageType, EmulatedTargetType } from './message.types.js';
export type { EmulatorRefusals } from './rate-counters.js';
export type { EmulatedRequest } from './request.js';
