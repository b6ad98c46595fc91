/** The version of this package. `version.spec.ts` compares it with package.json. */
export const VERSION = '0.1.0';
