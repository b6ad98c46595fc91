export const seed: number;
export function createRandom(): () => number;
