import { MillraceError } from "./errors.ts";
import type { RowKey, StoredRow } from "./rows.ts";
import { isAmbiguous, isStatus, storageUnavailable } from "./storage-errors.ts";

/** A write of one row, and of others beside it in the same transaction. */
export interface Write {
  readonly key: RowKey;
  /** What the row must still have; absent for an insert. */
  readonly etag?: string;
  /** Rows that go in the same transaction. */
  readonly remove?: readonly RowKey[];
  /** Does it, leaving aside those of `remove` that are gone. Returns the row's new etag. */
  readonly attempt: (gone?: readonly RowKey[]) => Promise<string>;
  /** Whether what is stored is what this very write leaves. */
  readonly isDone: (stored: StoredRow | undefined) => boolean;
}

/**
 * Carries a write out, and finds out what became of it where the answer does not say: the SDK repeats a write whose
 * answer was lost and meets its own first try as a conflict, and an answer can be lost for good. Then the row itself
 * is asked. Returns the row's etag, empty if the write was to delete it.
 *
 * @throws MillraceError VERSION_CONFLICT, STORAGE_UNAVAILABLE
 */
export async function settle(write: Write, get: (key: RowKey) => Promise<StoredRow | undefined>): Promise<string> {
  try {
    return await write.attempt();
  } catch (thrown) {
    const isConflict = isStatus(thrown, 404, 409, 412);
    if (!isConflict && !isAmbiguous(thrown)) throw storageUnavailable(thrown);
    const stored = await get(write.key);
    if (write.isDone(stored)) return stored?.etag ?? "";
    if (!isConflict) throw storageUnavailable(thrown);
    // Nobody touched the row: what stands in the way is a row beside it that was to be deleted, and is gone.
    const gone = stored?.etag === write.etag ? await goneOf(write.remove ?? [], get) : [];
    if (gone.length === 0) throw versionConflict(thrown);
    return settle({ ...write, remove: [], attempt: async () => write.attempt(gone) }, get);
  }
}

async function goneOf(
  keys: readonly RowKey[],
  get: (key: RowKey) => Promise<StoredRow | undefined>,
): Promise<RowKey[]> {
  const found = await Promise.all(keys.map(async (key) => ({ key, stored: await get(key) })));
  return found.filter(({ stored }) => !stored).map(({ key }) => key);
}

function versionConflict(cause: unknown): MillraceError {
  return new MillraceError("VERSION_CONFLICT", "The row was changed by somebody else meanwhile", { cause });
}
