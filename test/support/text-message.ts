/** A text message to users, which every method that sends texts accepts. */
export interface TextToUsers {
  target_type: 'users';
  target: string[];
  msg: { type: 'txt'; msg: string };
}

/** A text message to these users. */
export function textTo(...target: string[]): TextToUsers {
  return { target_type: 'users', target, msg: { type: 'txt', msg: 'hello' } };
}
