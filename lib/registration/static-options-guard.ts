import type { InjectionToken, OnModuleInit } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { EasemobConfigError } from '../errors/index.js';

/** Refuses options that Nest would create for every request: each would fetch its own token over its own connections. */
export class StaticOptionsGuard implements OnModuleInit {
  readonly #modules: ModulesContainer;
  readonly #optionsToken: InjectionToken;

  constructor(modules: ModulesContainer, optionsToken: InjectionToken) {
    this.#modules = modules;
    this.#optionsToken = optionsToken;
  }

  /** @throws EasemobConfigError with the cure. Nest knows the scope of every provider only now */
  onModuleInit(): void {
    for (const { providers } of this.#modules.values()) {
      if (providers.get(this.#optionsToken)?.isDependencyTreeStatic() !== false) continue;
      throw new EasemobConfigError([
        'The options depend on REQUEST or on another request-scoped provider: every request would have its own token, connections and rate limits; create the options from providers of the default scope, and register each of several apps under its own name.',
      ]);
    }
  }
}
