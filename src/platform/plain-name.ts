const PLAIN_NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** What `isPlainName()` holds for, in words. */
export const PLAIN_NAME_RULE = "lower-case letters, digits and dashes, a letter first, 32 at most";

/** Whether a name of a step or of a worker can stand in keys, addresses, settings and tokens as it is. */
export function isPlainName(text: string): boolean {
  return PLAIN_NAME.test(text);
}
