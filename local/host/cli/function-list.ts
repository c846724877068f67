import type { Host, HostedFunction } from "../host.ts";

/** The list that `func start` prints when it serves, and that scripts wait for. */
export function formatFunctionList({ functions }: Pick<Host, "functions">): string {
  const lines = functions.map((fn) => `\t${fn.name}: ${state(fn)}\n`);
  return `\nFunctions:\n\n${lines.join("\n")}\n`;
}

function state({ description = "", isDisabled, error }: HostedFunction): string {
  if (error !== undefined) return `in error (${error})`;
  return isDisabled ? "disabled" : description;
}
