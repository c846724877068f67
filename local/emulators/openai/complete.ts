import { extract } from "./model/extract/extract.ts";
import type { Wanted } from "./model/extract/schema.ts";
import { summarize } from "./model/summarize.ts";
import { readPrompt, type Prompt } from "./prompt.ts";
import type { Message } from "./schemas.ts";
import { countTokens, cutToTokens } from "./tokens.ts";

export interface Completion {
  readonly text: string;
  /** The output limit cut the text short. */
  readonly isCut: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface CompleteOptions {
  readonly instructions: string | undefined;
  readonly messages: readonly Message[];
  readonly maxOutputTokens: number | undefined;
  /** The answer is to be JSON that fits this JSON Schema, instead of a summary. */
  readonly answerSchema: Wanted | undefined;
}

/** Runs the model on a conversation and counts what that would cost. */
export function complete({ instructions, messages, maxOutputTokens, answerSchema }: CompleteOptions): Completion {
  const prompt: Prompt = readPrompt(messages, instructions);
  const whole = answerSchema
    ? JSON.stringify(extract(prompt.text, answerSchema))
    : summarize(prompt.text, prompt.wishes);
  const text = maxOutputTokens === undefined ? whole : cutToTokens(whole, maxOutputTokens);
  return {
    text,
    isCut: text.length < whole.length,
    inputTokens: prompt.inputTokens,
    outputTokens: countTokens(text),
  };
}
