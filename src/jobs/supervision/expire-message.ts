import type { Container } from "../../platform/blobs.ts";
import type { StoredRow } from "../../platform/tables.ts";
import type { DeadLetterStore } from "../store/dead-letter-store.ts";
import { letterOfWakeUp } from "../store/due-store.ts";
import type { DueStore } from "../store/due-store.ts";
import type { MessageLetterStore } from "../store/message-letter-store.ts";

export interface ExpireMessageDeps {
  readonly deadLetters: DeadLetterStore;
  readonly messageLetters: MessageLetterStore;
  readonly content: Container;
  readonly due: Pick<DueStore, "drop">;
}

/** What was done: nothing, where the row is for a job. */
type Expired = "expire" | "stray" | undefined;

/**
 * Removes the letter of a message that was kept for as long as letters are. Blob first: the rows are what a sweep that
 * dies here is found by again.
 *
 * @throws MillraceError VERSION_CONFLICT when somebody changed it meanwhile, STORAGE_UNAVAILABLE
 */
export async function expireMessage(deps: ExpireMessageDeps, row: StoredRow): Promise<Expired> {
  const deadLetterId = letterOfWakeUp(row.row);
  if (deadLetterId === undefined) return undefined;
  const stored = await deps.deadLetters.get(deadLetterId);
  if (stored?.letter.origin !== "message") {
    await deps.due.drop(row);
    return "stray";
  }
  const { letter, etag } = stored;
  if ("blob" in letter.payload) await deps.content.delete(letter.payload.blob);
  await deps.messageLetters.delete({ letter, etag });
  return "expire";
}
