import { z } from "zod";

/** The secrets of a setting: the one in use first, and behind it, separated by spaces, those that still hold. */
export function secretsOf(setting: string): string[] {
  return setting.split(/\s+/).filter(Boolean);
}

/** One secret or several, each of which must be as this rule says. */
export function secretsSchema(isSound: (secret: string) => boolean, problem: string): z.ZodType<string> {
  return z.string().refine((text) => secretsOf(text).length > 0 && secretsOf(text).every(isSound), problem);
}
