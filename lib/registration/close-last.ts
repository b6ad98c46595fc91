import type { InjectionToken } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

/**
 * Makes Nest close the module with this provider after every other one, so that the jobs of a queue can send until the
 * queue is closed. Nest closes its modules by their distance from the root, the nearest first and the global ones last;
 * among those it would be a matter of the order of imports.
 */
export function closeLast(modules: ModulesContainer, token: InjectionToken): void {
  for (const module of modules.values()) {
    // Where Nest has no such property, its own order stands.
    if (module.hasProvider(token)) Reflect.set(module, 'distance', Number.POSITIVE_INFINITY);
  }
}
