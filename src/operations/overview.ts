import { readBooks } from "./books.ts";
import type { Books, BooksDeps } from "./books.ts";
import { startPass } from "./pass.ts";

export interface Overview {
  /** The books as they were a few seconds ago at most. @throws MillraceError STORAGE_UNAVAILABLE */
  read(): Promise<Books>;
}

/** Reading the books is reading every row: whoever looks more often than this sees the same again. */
const FRESH_MS = 15_000;
/** Whoever asked waits, and a request is not to be held for much longer. */
const WITHIN_MS = 30_000;

/** What a dashboard shows to operators, read once for all who ask at one time. */
export function createOverview(deps: BooksDeps): Overview {
  let last: { readonly at: number; readonly books: Promise<Books> } | undefined;
  return {
    async read() {
      const now = deps.clock.now().getTime();
      if (last && now - last.at < FRESH_MS) return last.books;
      const reading = { at: now, books: readBooks(deps, startPass(WITHIN_MS)) };
      last = reading;
      try {
        return await reading.books;
      } catch (thrown) {
        if (last === reading) last = undefined;
        throw thrown;
      }
    },
  };
}
