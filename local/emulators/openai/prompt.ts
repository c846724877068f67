import { readWishes, type Wishes } from "./model/wishes.ts";
import type { Content, Message } from "./schemas.ts";
import { countTokens } from "./tokens.ts";

/** A conversation, as the model takes it: what is wanted, and the text to read. */
export interface Prompt {
  readonly wishes: Wishes;
  readonly text: string;
  readonly inputTokens: number;
}

/**
 * Divides a conversation into wishes and text. Instructions, system and developer messages are wishes, and what the user
 * says is text; where nobody gave instructions, the user may have, before the text.
 */
export function readPrompt(messages: readonly Message[], instructions = ""): Prompt {
  const textsOf = (...roles: readonly Message["role"][]) =>
    messages.filter(({ role }) => roles.includes(role)).map(({ content }) => toText(content));
  const orders = [instructions, ...textsOf("system", "developer")].join("\n").trim();
  const said = textsOf("user").join("\n\n");
  const { request, text } = orders === "" ? splitRequest(said) : { request: orders, text: said };
  const all = [instructions, ...messages.map(({ content }) => toText(content))].join("");
  return { wishes: readWishes(request), text, inputTokens: countTokens(all) };
}

function toText(content: Content): string {
  return typeof content === "string" ? content : content.map(({ text }) => text).join("\n");
}

/** The ways people mark off the text they speak about. */
const MARKED_OFF = [/<(document|text|input|chunk)>\s*(?<text>.*?)\s*<\/\1>/s, /"""\s*(?<text>.*?)\s*"""/s];

const REQUEST =
  /^\s*(?:(?:please|now|can you|could you)\s+)*(?:summari[sz]e|condense|shorten|merge|combine|give|write|list|extract|provide|produce|create|read|tl;?dr)\b/i;

/** "Summarise this in 50 words:", a blank line or a colon, and then the text. */
const INTRODUCTION = /^(?<request>[^\n]{1,400}?(?::(?=\s)|\n\s*\n|:\n))\s*(?<text>.*)$/s;

/** Takes the request off a text that begins with one: `Summarise this in 50 words: …`. */
export function splitRequest(said: string): { request: string; text: string } {
  for (const pattern of MARKED_OFF) {
    const { groups, index, 0: whole } = pattern.exec(said) ?? {};
    if (groups?.["text"] && index !== undefined && whole !== undefined) {
      return { request: said.slice(0, index) + said.slice(index + whole.length), text: groups["text"] };
    }
  }
  const groups = REQUEST.test(said) ? INTRODUCTION.exec(said)?.groups : undefined;
  return groups?.["text"] && groups["request"]
    ? { request: groups["request"], text: groups["text"] }
    : { request: "", text: said };
}
