import type { Completion } from "../replay/decision.ts";

/** How an orchestration's failure is reported, to its parent and as its output. */
export function failureReason(
  functionName: string,
  { error, isNonDeterministic }: Extract<Completion, { readonly status: "Failed" }>,
): string {
  return isNonDeterministic ? error : `Orchestrator function '${functionName}' failed: ${error}`;
}
