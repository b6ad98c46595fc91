/** So many different user IDs: `user0`, `user1`, … */
export function userIds(count: number, prefix = 'user'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
