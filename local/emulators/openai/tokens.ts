import { CHARACTERS_PER_TOKEN } from "./limits.ts";

/** Estimates how many tokens a text has: one for every four characters, rounded up. Nothing has none. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/** Cuts a text so that it has at most so many tokens, as a model does that reaches its output limit. */
export function cutToTokens(text: string, maxTokens: number): string {
  return text.slice(0, maxTokens * CHARACTERS_PER_TOKEN);
}
