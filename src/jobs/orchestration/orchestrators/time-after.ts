import type { OrchestrationContext } from "durable-functions";

/** So long from now, by the clock that is the same whenever the history is gone through again. */
export function timeAfter(context: OrchestrationContext, ms: number): Date {
  return new Date(context.df.currentUtcDateTime.getTime() + ms);
}
