import { Test } from '@nestjs/testing';
import { EasemobConfigError, type EasemobModuleOptions } from 'nestjs-easemob';
import { expect } from 'vitest';
import type { Registration } from './registrations.js';

/** Starts an application with these options and returns the problems that stopped it; none when it started. */
export async function configProblemsOf(
  registration: Registration,
  options: object,
): Promise<readonly string[]> {
  const starting = Test.createTestingModule({
    imports: [registration.register(options as EasemobModuleOptions)],
  }).compile();
  const error: unknown = await starting.then(
    (moduleRef) => moduleRef.close(),
    (reason: unknown) => reason,
  );
  if (error === undefined) return [];
  expect(error).toBeInstanceOf(EasemobConfigError);
  expect(error).toMatchObject({ kind: 'config', retryable: false, sent: 'no', attempts: 0 });
  return (error as EasemobConfigError).problems;
}
