import type { Settings } from "../platform/settings.ts";

export interface Price {
  readonly inputPerMillionUsd: number;
  readonly outputPerMillionUsd: number;
  /** Names the table the price was read from; old jobs keep the version they were costed with. */
  readonly version: string;
}

/**
 * List prices in US dollars for a million tokens, without cached input, as OpenAI published them for the standard
 * tier in August 2025. They change: set `MODEL_PRICES` to what your contract says.
 */
const LIST_PRICES: Readonly<Record<string, readonly [input: number, output: number]>> = {
  "gpt-5": [1.25, 10],
  "gpt-5-mini": [0.25, 2],
  "gpt-5-nano": [0.05, 0.4],
  "gpt-4.1": [2, 8],
  "gpt-4.1-mini": [0.4, 1.6],
  "gpt-4.1-nano": [0.1, 0.4],
  "gpt-4o": [2.5, 10],
  "gpt-4o-mini": [0.15, 0.6],
};
const LIST_VERSION = "list-2025-08";

/** The price of a model, or nothing when it is unknown: an unknown price is never shown as zero. */
export function priceOf(model: string, settings: Settings): Price | undefined {
  const own = ownValue(settings.MODEL_PRICES, model);
  if (own)
    return {
      inputPerMillionUsd: own.input_per_million_usd,
      outputPerMillionUsd: own.output_per_million_usd,
      version: "settings",
    };
  const listed = ownValue(LIST_PRICES, model);
  return listed && { inputPerMillionUsd: listed[0], outputPerMillionUsd: listed[1], version: LIST_VERSION };
}

/** A deployment can be called anything, a word of JavaScript's too. */
function ownValue<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** In US dollars, to a billionth: sums of rounded cents would drift. */
export function costUsd(price: Price, tokens: { readonly input: number; readonly output: number }): number {
  const cost = (tokens.input * price.inputPerMillionUsd + tokens.output * price.outputPerMillionUsd) / 1_000_000;
  return Math.round(cost * 1e9) / 1e9;
}
