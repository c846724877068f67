import { isTerminal } from "../../../src/jobs/life/lifecycle.ts";
import type { History, Violation } from "./history.ts";
import type { Move, Walk } from "./job-walks.ts";

/** `docs/promises.md`: patience and a sweep; a lease, its patience and a sweep. Seconds. */
const MESSAGE_LOST_MS = 150_000;
const WORKER_LOST_MS = 105_000;
/** The longest that the scenario's model asks to wait is 30 s; the retry comes up to a fifth later. */
const LONGEST_DELAY_MS = 36_000;
/** Clocks of the scenario's hosts, and what is on its way between them and their storage. */
const SLACK_MS = 15_000;

/** The time in which an operation of so many attempts, those not counted among them, ends. */
export function boundMs(attempts: number, stepsMs: number): number {
  return attempts * (MESSAGE_LOST_MS + stepsMs + Math.max(WORKER_LOST_MS, LONGEST_DELAY_MS));
}

/** Once nothing goes wrong any more, each operation ends within the bound that is published. */
export function checkBound({ commits, peaceAt, stepsMs }: History, walks: readonly Walk[]): Violation[] {
  if (peaceAt === undefined) return [];
  // Who stands in a line has the time of those before it added.
  return walks.flatMap(({ jobId, moves }) =>
    moves[0]?.after?.sequence
      ? []
      : operationsOf(moves).flatMap((operation): Violation[] => {
          const end = operation.find(({ after }) => after && isTerminal(after.phase));
          if (!end || end.at <= peaceAt) return [];
          const before = operation.filter(({ at }) => at <= peaceAt).at(-1);
          const since = operation.filter(({ at }) => at > peaceAt);
          // What was put off before, or has been waited for in vain, is waited for once more.
          const row = before && commits[before.index]?.after;
          const dueAt = row?.["dueAt"] instanceof Date ? row["dueAt"].getTime() : peaceAt;
          const beginsAt = Math.max(peaceAt, (operation[0] as Move).at, dueAt, startOf(operation[0] as Move));
          const attempts = since.filter(
            ({ after }) => after?.last.event === "claimed" && after.last.version === after.version,
          );
          const limit = boundMs(Math.max(1, attempts.length + (before ? 1 : 0)), stepsMs) + SLACK_MS;
          if (end.at - beginsAt <= limit) return [];
          const took = `${Math.round((end.at - beginsAt) / 1000)} s with ${attempts.length} attempts`;
          return [{ kind: "late end", text: `${jobId}: took ${took}, not ${limit / 1000}` }];
        }),
  );
}

function startOf({ after }: Move): number {
  return after?.startAfter?.getTime() ?? 0;
}

function operationsOf(moves: readonly Move[]): Move[][] {
  const operations = new Map<string, Move[]>();
  for (const move of moves) {
    const { operationId } = move.after ?? {};
    if (operationId) operations.set(operationId, [...(operations.get(operationId) ?? []), move]);
  }
  return [...operations.values()];
}
