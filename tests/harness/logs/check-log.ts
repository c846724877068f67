import { JOB_PHASES, isTerminal } from "../../../src/jobs/life/lifecycle.ts";
import type { JobPhase } from "../../../src/jobs/life/lifecycle.ts";
import type { Violation } from "../history/history.ts";
import type { LogLine } from "./read-log-lines.ts";

/** What a line tells of a job's row. */
interface Sighting {
  readonly event: string;
  readonly operationId: string;
  readonly version: number;
  readonly phase: JobPhase;
  readonly attempt: number;
}

export interface CheckLogOptions {
  /** The lines go on until nothing was left to do: whatever was begun must have ended. */
  readonly isComplete: boolean;
}

/**
 * What production logs show to be wrong. They tell of some versions of a job only, and of none that another instance's
 * lines are missing of, so that less can be known than from a history; what is known must fit together all the same.
 */
export function checkLog(lines: readonly LogLine[], { isComplete }: CheckLogOptions): Violation[] {
  const jobs = new Map<string, Sighting[]>();
  for (const { event, facts } of lines) {
    const seen = sightingOf(event, facts);
    const jobId = facts["job_id"];
    if (seen && typeof jobId === "string") jobs.set(jobId, [...(jobs.get(jobId) ?? []), seen]);
  }
  const found = [...jobs].flatMap(([jobId, sightings]) => {
    const walk = [...sightings].sort((a, b) => a.version - b.version);
    return [
      ...checkVersions(walk),
      ...checkOperations(walk),
      ...checkAttempts(walk),
      ...(isComplete ? checkEnd(walk) : []),
    ].map(({ kind, text }): Violation => ({ kind, text: `${jobId}: ${text}` }));
  });
  return [...found, ...lines.flatMap(surprises), ...(jobs.size > 0 ? [] : [nothing(lines)])];
}

function sightingOf(event: string, facts: LogLine["facts"]): Sighting | undefined {
  const { operation_id: operationId, version, phase, attempt } = facts;
  const isJob = typeof operationId === "string" && typeof version === "number" && typeof attempt === "number";
  const known = JOB_PHASES.find((each) => each === phase);
  return isJob && known ? { event, operationId, version, attempt, phase: known } : undefined;
}

/** One version of a row is one thing. */
function checkVersions(walk: readonly Sighting[]): Violation[] {
  return pairs(walk).flatMap(([before, after]): Violation[] => {
    if (before.version !== after.version) return [];
    if (before.phase === after.phase && before.operationId === after.operationId) return [];
    return [{ kind: "version", text: `version ${after.version} is ${told(before)} and ${told(after)}` }];
  });
}

/** What has ended stays so until another operation begins, and no operation comes back. */
function checkOperations(walk: readonly Sighting[]): Violation[] {
  const found: Violation[] = [];
  const over = new Set<string>();
  for (const [before, after] of pairs(walk)) {
    if (before.version === after.version) continue;
    if (before.operationId === after.operationId && isTerminal(before.phase))
      found.push({ kind: "after the end", text: `${told(before)} is followed by ${told(after)}` });
    if (before.operationId !== after.operationId) over.add(before.operationId);
    if (over.has(after.operationId))
      found.push({ kind: "wrong operation", text: `${told(after)} comes back behind ${told(before)}` });
  }
  return found;
}

/** Within an operation an attempt is taken out of the count only by who hands the job back. */
function checkAttempts(walk: readonly Sighting[]): Violation[] {
  return pairs(walk).flatMap(([before, after]): Violation[] => {
    const isSame = before.operationId === after.operationId;
    if (!isSame || after.attempt >= before.attempt - 1) return [];
    return [{ kind: "attempt not counted", text: `attempt ${before.attempt} is followed by ${after.attempt}` }];
  });
}

function checkEnd(walk: readonly Sighting[]): Violation[] {
  const last = walk.at(-1);
  return !last || isTerminal(last.phase) ? [] : [{ kind: "not ended", text: `is ${told(last)} when all is over` }];
}

/** A failure that nobody has classified, and an answer of 500, are defects. */
function surprises({ event, facts }: LogLine): Violation[] {
  const isDefect = facts["code"] === "UNCLASSIFIED" || (event === "request failed" && facts["status"] === 500);
  return isDefect ? [{ kind: "surprise", text: `${event} ${JSON.stringify(facts)}` }] : [];
}

function nothing(lines: readonly LogLine[]): Violation {
  return { kind: "nothing happened", text: `${lines.length} lines tell of no job` };
}

function pairs(walk: readonly Sighting[]): [Sighting, Sighting][] {
  return walk.slice(1).map((after, index) => [walk[index] as Sighting, after]);
}

function told({ operationId, version, phase, event }: Sighting): string {
  return `"${phase}" of ${operationId} (version ${version}, "${event}")`;
}
