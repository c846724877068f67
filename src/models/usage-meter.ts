import { costUsd } from "./prices.ts";
import type { Price } from "./prices.ts";

interface MeteredCall {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly latencyMs: number;
}

/** What the model calls of one run came to. */
interface UsageTotal extends MeteredCall {
  readonly model: string;
  readonly calls: number;
  readonly estimatedCostUsd?: number;
  readonly priceVersion?: string;
}

export interface UsageMeter {
  add(call: MeteredCall): void;
  /** Nothing when the model was never asked. */
  total(): UsageTotal | undefined;
}

export function createUsageMeter(model: string, price: Price | undefined): UsageMeter {
  const calls: MeteredCall[] = [];
  const sum = (field: keyof MeteredCall) => calls.reduce((total, call) => total + call[field], 0);
  return {
    add(call) {
      calls.push(call);
    },
    total() {
      if (calls.length === 0) return undefined;
      const tokens = { input: sum("inputTokens"), output: sum("outputTokens") };
      return {
        model,
        calls: calls.length,
        inputTokens: tokens.input,
        outputTokens: tokens.output,
        latencyMs: Math.round(sum("latencyMs")),
        ...(price && { estimatedCostUsd: costUsd(price, tokens), priceVersion: price.version }),
      };
    },
  };
}
