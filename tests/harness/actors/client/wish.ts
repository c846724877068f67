import type { SubmitCommand } from "../../../../src/jobs/submit.ts";
import type { Random } from "../../world/random.ts";
import { MOODS } from "../job-type.ts";

/** What a client wants done. */
export interface Wish {
  /** No other request of the run has this text. */
  readonly text: string;
  readonly key: string | undefined;
  /** Does not fit in a row. */
  readonly isLarge: boolean;
  readonly schedule: Pick<SubmitCommand, "priority" | "delaySeconds" | "runAt" | "expiresAt" | "sequenceKey">;
}

/** Longer than a row's column may be. */
export const LARGE_CHARACTERS = 40_000;

export interface OwnWish {
  readonly name: string;
  readonly number: number;
  /** As the client's clock has it, in milliseconds. */
  readonly now: number;
}

export function ownWish(random: Random, { name, number, now }: OwnWish): Wish {
  return {
    text: `${random.pick(MOODS)} job ${number} of ${name}`,
    key: random.happens(0.6) ? `key-${name}-${number}` : undefined,
    isLarge: random.happens(0.1),
    schedule: drawSchedule(random, now),
  };
}

function drawSchedule(random: Random, now: number): Wish["schedule"] {
  const inTime = (seconds: number) => new Date(now + seconds * 1000).toISOString();
  const start = random.below(10);
  return {
    priority: random.pick(["normal", "normal", "high", "low"]),
    ...(start === 0 && { delaySeconds: random.pick([1, 30, 200]) }),
    ...(start === 1 && { runAt: inTime(random.pick([-10, 20, 300])) }),
    ...(random.happens(0.2) && { sequenceKey: random.pick(["line-1", "line-2"]) }),
    ...(random.happens(0.15) && { expiresAt: inTime(random.pick([3, 30, 400])) }),
  };
}

/** What several clients ask for under one key, maybe at one time. */
export function sharedWish(number: number): Wish {
  const mood = MOODS[number % MOODS.length] ?? "quick";
  const schedule = number % 3 === 0 ? { delaySeconds: 20 } : {};
  return { text: `${mood} shared job ${number}`, key: `key-shared-${number}`, isLarge: number % 2 === 0, schedule };
}
