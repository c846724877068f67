import type { DeadLetter } from "../jobs/store/dead-letter.ts";
import { MillraceError } from "../platform/errors.ts";

/** Nothing more can be done with a letter that was replayed or closed. */
export function letterResolved({ status }: DeadLetter): MillraceError {
  return new MillraceError("DEAD_LETTER_RESOLVED", `The dead letter is "${status}" already`);
}
