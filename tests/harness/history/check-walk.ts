import { JOB_EVENT_TYPES, isTerminal, nextPhase } from "../../../src/jobs/lifecycle.ts";
import { wishOf } from "./check-accounting.ts";
import type { Violation } from "./history.ts";
import type { Move, Walk } from "./job-walks.ts";

/** Every step of a job's walk is one of the life cycle's, on the version before it, and there is one end. */
export function checkWalk({ jobId, moves }: Walk): Violation[] {
  const found = moves.flatMap((move) => checkMove(move).map(({ kind, text }) => ({ kind, text: `${jobId}: ${text}` })));
  const ends = moves.filter(({ before, after }) => after && isTerminal(after.phase) && !isSameEnd(before, after));
  const operations = new Set(ends.map(({ after }) => after?.operationId));
  if (ends.length > operations.size)
    found.push({ kind: "second end", text: `${jobId} ended ${ends.length} times: ${ends.map(told).join(", ")}` });
  return found;
}

function isSameEnd(before: Move["before"], after: Move["after"]): boolean {
  return before !== undefined && before.phase === after?.phase && before.version === after.version;
}

function checkMove({ before, after }: Move): Violation[] {
  const found: Violation[] = [];
  if (!after) return found;
  if (!before) {
    if (after.version !== 1) found.push({ kind: "version", text: `begins with version ${after.version}` });
    if (after.phase !== "queued") found.push({ kind: "illegal walk", text: `begins as "${after.phase}"` });
    return found;
  }
  if (after.version !== before.version + 1)
    found.push({ kind: "version", text: `version ${before.version} is followed by ${after.version}` });
  const legal = JOB_EVENT_TYPES.some((event) => nextPhase(before.phase, event) === after.phase);
  if (!legal) found.push({ kind: "illegal walk", text: `"${before.phase}" is followed by "${after.phase}"` });
  return [...found, ...checkResult(after)];
}

/** The scenario's job type gives its payload back. */
function checkResult(after: NonNullable<Move["after"]>): Violation[] {
  if (after.phase !== "done" || !("inline" in after.result)) return [];
  const text = (after.result.inline as { readonly text: string }).text.trimEnd();
  return text === wishOf(after) ? [] : [{ kind: "wrong result", text: `"${wishOf(after)}" gave "${text}"` }];
}

function told({ index, by, after }: Move): string {
  return `"${after?.phase ?? ""}" by ${by} at commit ${index}`;
}
