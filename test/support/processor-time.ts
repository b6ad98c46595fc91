/**
 * The processor time that some work takes, in milliseconds. By the clock, a busy machine adds the turns of other
 * programs to every work that is longer than one turn, and to no shorter one.
 */
export function processorTimeOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
