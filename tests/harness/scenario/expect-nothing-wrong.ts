import { describeFailure } from "../run-seeds.ts";
import type { ToldOutcome } from "./outcome.ts";

/** @throws Error that tells all of the first run that went wrong, and which others did */
export function expectNothingWrong(outcomes: readonly ToldOutcome[]): void {
  const [wrong, ...others] = outcomes.filter(({ violations }) => violations.length > 0);
  if (wrong)
    throw new Error(
      `${describeFailure(wrong)}\nSo did ${others.length} more: ${others.map(({ seed }) => seed).join(", ")}`,
    );
}
