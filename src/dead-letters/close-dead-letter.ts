import type { DeadLetterStore } from "../jobs/store/dead-letter-store.ts";
import { accepts, closed } from "../jobs/store/dead-letter.ts";
import type { DeadLetter } from "../jobs/store/dead-letter.ts";
import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { Clock } from "../platform/clock.ts";
import { letterResolved } from "./letter-resolved.ts";

export interface CloseDeps {
  readonly deadLetters: DeadLetterStore;
  readonly clock: Clock;
}

export interface CloseCommand {
  readonly deadLetterId: string;
  readonly reason: string;
}

/**
 * Says that nothing more is to be done about a failure, and why. Closing twice is closing once: the first reason stays.
 *
 * @throws MillraceError NOT_FOUND, DEAD_LETTER_RESOLVED when it was replayed, STORAGE_UNAVAILABLE, VERSION_CONFLICT when
 * others keep writing
 */
export async function closeDeadLetter(deps: CloseDeps, { deadLetterId, reason }: CloseCommand): Promise<DeadLetter> {
  return againOnConflict(async () => {
    const { letter, etag } = await deps.deadLetters.require(deadLetterId);
    if (letter.status === "closed") return letter;
    if (!accepts(letter, "closed")) throw letterResolved(letter);
    return (await deps.deadLetters.save(closed(letter, { actor: "operator", at: deps.clock.now(), reason }), etag))
      .letter;
  });
}
