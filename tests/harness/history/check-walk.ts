import type { Job } from "../../../src/jobs/life/job.ts";
import { JOB_EVENT_TYPES, isTerminal, nextPhase } from "../../../src/jobs/life/lifecycle.ts";
import type { Violation } from "./history.ts";
import type { Move, Walk } from "./job-walks.ts";

/** Every step of a job's walk is one of the life cycle's, on the version before it, and each operation has one end. */
export function checkWalk({ jobId, moves }: Walk): Violation[] {
  const found = moves.flatMap((move) => checkMove(move).map(({ kind, text }) => ({ kind, text: `${jobId}: ${text}` })));
  const ends = moves.filter(({ after }) => after && isTerminal(after.phase));
  const operations = new Set(ends.map(({ after }) => after?.operationId));
  if (ends.length > operations.size)
    found.push({ kind: "second end", text: `${jobId} ended ${ends.length} times: ${ends.map(told).join(", ")}` });
  return found;
}

function checkMove({ before, after }: Move): Violation[] {
  if (!after) return [];
  if (!before) return checkBeginning(after);
  const found: Violation[] = [];
  if (after.version !== before.version + 1)
    found.push({ kind: "version", text: `version ${before.version} is followed by ${after.version}` });
  const legal = JOB_EVENT_TYPES.some((event) => nextPhase(before.phase, event) === after.phase);
  if (!legal) found.push({ kind: "illegal walk", text: `"${before.phase}" is followed by "${after.phase}"` });
  return [...found, ...checkOperation(before, after)];
}

function checkBeginning(job: Job): Violation[] {
  const found: Violation[] = [];
  if (job.version !== 1) found.push({ kind: "version", text: `begins with version ${job.version}` });
  if (job.phase !== "queued") found.push({ kind: "illegal walk", text: `begins as "${job.phase}"` });
  if (job.operations !== 1) found.push({ kind: "wrong operation", text: `begins as operation ${job.operations}` });
  return found;
}

/** A new operation begins where the one before has ended, and nowhere else; and counts one more. */
function checkOperation(before: Job, after: Job): Violation[] {
  const isNew = isTerminal(before.phase) && !isTerminal(after.phase);
  const isOther = before.operationId !== after.operationId;
  if (isNew === isOther && after.operations === before.operations + (isNew ? 1 : 0)) return [];
  const told = `operation ${before.operations} ("${before.phase}") is followed by ${after.operations} ("${after.phase}")`;
  return [{ kind: "wrong operation", text: told }];
}

function told({ index, by, after }: Move): string {
  return `"${after?.phase ?? ""}" by ${by} at commit ${index}`;
}
