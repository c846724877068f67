import type { Usage } from "./job.ts";

/**
 * What two parts of an operation used of the model, together: what a failed attempt used was paid for as well. The
 * model and price named are the later ones. A cost is only told when that of both parts is known.
 */
export function addUsage(earlier: Usage | undefined, later: Usage | undefined): Usage | undefined {
  if (!earlier || !later) return later ?? earlier;
  const { estimatedCostUsd, priceVersion, ...rest } = later;
  const cost = sumOf(earlier.estimatedCostUsd, estimatedCostUsd);
  return {
    ...rest,
    inputTokens: earlier.inputTokens + later.inputTokens,
    outputTokens: earlier.outputTokens + later.outputTokens,
    calls: earlier.calls + later.calls,
    latencyMs: earlier.latencyMs + later.latencyMs,
    ...(cost !== undefined && { estimatedCostUsd: cost, priceVersion }),
  };
}

/** To a billionth, as a single cost is told. */
function sumOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : Math.round((one + other) * 1e9) / 1e9;
}
