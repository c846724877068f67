import type { DeadLetterFilter, DeadLetterStore, ListedDeadLetter } from "../jobs/store/dead-letter-store.ts";
import type { DeadLetter } from "../jobs/store/dead-letter.ts";
import { pageOf } from "../platform/page-of.ts";

export interface DeadLetterPage {
  readonly letters: readonly DeadLetter[];
  /** Rows of this page that cannot be read: a matter for the log, and no reason to show nothing. */
  readonly unreadable: readonly UnreadableDeadLetter[];
  /** The letter to go on behind, when there may be more. */
  readonly next: string | undefined;
}

type UnreadableDeadLetter = Extract<ListedDeadLetter, { unreadable: unknown }>;

/**
 * One page of the ledger, of all workspaces, the latest failures first. The cursor is the last letter's id: it stays
 * right while new letters come in.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function listDeadLetters(
  { deadLetters }: { readonly deadLetters: DeadLetterStore },
  filter: DeadLetterFilter,
  limit: number,
): Promise<DeadLetterPage> {
  const { page, last } = pageOf(await deadLetters.list(filter, limit + 1), limit);
  return {
    letters: page.flatMap((listed) => ("stored" in listed ? [listed.stored.letter] : [])),
    unreadable: page.filter((listed) => "unreadable" in listed),
    next: last?.deadLetterId,
  };
}
