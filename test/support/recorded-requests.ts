import type { EasemobEmulator, EmulatedRequest } from 'nestjs-easemob/testing';

/** The requests that send messages, on either API. */
export function sendsTo({ requests }: EasemobEmulator): readonly EmulatedRequest[] {
  return requests.filter(({ path }) => /\/messages(?:\/\w+)?$/.test(path));
}

/** The requests for tokens. */
export function tokenRequestsTo({ requests }: EasemobEmulator): readonly EmulatedRequest[] {
  return requests.filter(({ path }) => path.endsWith('/token'));
}

/** The target of each delivered message, in the order of delivery. */
export function deliveredBy({ messages }: EasemobEmulator): string[] {
  return messages.map(({ target }) => target);
}
