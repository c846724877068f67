import { STATUS_OF } from "../../../src/jobs/life/lifecycle.ts";
import type { Audit, History, Violation } from "./history.ts";
import type { Walk } from "./job-walks.ts";

/** What somebody can leave who dies between a blob and the row that was to name it, or between a commit and a clean-up. */
const MAY_BE_LEFT = ["blobOfNothing", "checkpointOfEnded"];

/** The product's own books say what storage holds; and where nothing is under way its own check finds nothing amiss. */
export function checkBooks({ audits }: History, walks: readonly Walk[]): Violation[] {
  return audits.flatMap((audit) => [...checkSums(audit, walks), ...checkFindings(audit)]);
}

function checkSums({ accepted, gone, jobs, isBalanced, commits }: Audit, walks: readonly Walk[]): Violation[] {
  const wanted: Record<string, number> = {};
  for (const { moves } of walks) {
    const job = moves.filter(({ index }) => index < commits).at(-1)?.after;
    if (job) wanted[STATUS_OF[job.phase]] = (wanted[STATUS_OF[job.phase]] ?? 0) + 1;
  }
  const sum = Object.values(jobs).reduce((total, count) => total + count, 0);
  const differs = Object.entries(jobs).filter(([status, count]) => count !== (wanted[status] ?? 0));
  if (isBalanced && accepted === gone + sum && differs.length === 0) return [];
  const told = JSON.stringify({ accepted, gone, jobs });
  return [{ kind: "books", text: `${told}, where there is ${JSON.stringify(wanted)}` }];
}

function checkFindings({ found, skipped }: Audit): Violation[] {
  const wrong = found.filter((finding) => !MAY_BE_LEFT.some((kind) => finding.startsWith(kind)));
  if (skipped > 0) wrong.push(`${skipped} parts skipped`);
  return wrong.map((text) => ({ kind: "books", text }));
}
