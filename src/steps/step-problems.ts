import { PLAIN_NAME_RULE, isPlainName } from "../platform/plain-name.ts";
import type { Step } from "./step.ts";

/** What is wrong with a step as its profile defines it, in words that its author understands. */
export function stepProblems(step: Step): string[] {
  return RULES.flatMap(({ holds, problem }) => (holds(step) ? [] : [`step "${step.name}" ${problem}`]));
}

interface Rule {
  readonly holds: (step: Step) => boolean;
  readonly problem: string;
}

/** Ten years: what nobody waits for is most likely a wrong unit. */
const LONGEST_WAIT_MS = 10 * 366 * 24 * 3_600_000;

const isTime = (time: number | undefined) => time === undefined || (time > 0 && time < LONGEST_WAIT_MS);
const isCount = (count: number) => Number.isInteger(count) && count >= 1;

/** Votes and their comments stand in one column of the job's row, beside what people are shown. */
const MOST_VOTES = 10;

const RULES: readonly Rule[] = [
  { holds: ({ weight }) => weight > 0, problem: "needs a weight above 0" },
  {
    holds: (step) => step.kind === "call" || step.kind === "approval" || isTimeOfTimer(step.timeoutMs),
    problem: "needs a timeout above 0 and below 2^31 ms, where Node's timers end",
  },
  {
    holds: (step) => step.kind !== "map" || isCount(step.maxParallel),
    problem: "needs a whole number from 1 as maxParallel",
  },
  {
    holds: (step) => step.kind !== "approval" || (isTime(step.timeoutMs) && isTime(step.escalateAfterMs)),
    problem: "needs times above 0 ms and below ten years",
  },
  {
    holds: (step) =>
      step.kind !== "approval" || step.escalateAfterMs === undefined || step.escalateAfterMs < step.timeoutMs,
    problem: "escalates after its time is over",
  },
  {
    holds: (step) => step.kind !== "approval" || (isCount(step.quorum) && step.quorum <= MOST_VOTES),
    problem: "needs a whole number from 1 to 10 as quorum",
  },
  {
    holds: (step) =>
      step.kind !== "poll" || (isTime(step.everyMs) && isTime(step.longestMs) && isTime(step.deadlineMs)),
    problem: "needs times above 0 ms and below ten years",
  },
  { holds: (step) => step.kind !== "poll" || step.backoff >= 1, problem: "needs a backoff of 1 or more" },
  {
    holds: (step) => step.kind !== "call" || (isTime(step.deadlineMs) && isTime(step.pollEveryMs)),
    problem: "needs times above 0 ms and below ten years",
  },
  {
    holds: (step) => step.kind !== "call" || isPlainName(step.worker),
    problem: `needs a worker's name: ${PLAIN_NAME_RULE}`,
  },
];

function isTimeOfTimer(time: number): boolean {
  return time > 0 && time < 2 ** 31;
}
