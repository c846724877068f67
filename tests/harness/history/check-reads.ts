import { wishOf } from "./check-accounting.ts";
import type { History, Violation } from "./history.ts";
import type { Walk } from "./job-walks.ts";

/** A client never sees a job go back, nor a version that was not written yet. */
export function checkReads({ clients }: History, walks: readonly Walk[]): Violation[] {
  const found: Violation[] = [];
  const walkOf = new Map(walks.map((walk) => [walk.jobId, walk]));
  const seen = new Map<string, number>();
  for (const event of clients) {
    if (event.did !== "read") continue;
    const { client, jobId, version, commits } = event;
    const who = `${client} ${jobId}`;
    const least = seen.get(who) ?? 1;
    if (version < least) found.push({ kind: "read back in time", text: `${who}: version ${version} after ${least}` });
    const written = walkOf.get(jobId)?.moves.some(({ index, after }) => index < commits && after?.version === version);
    const last = walkOf.get(jobId)?.last;
    if (event.result !== undefined && last && event.result !== wishOf(last))
      found.push({ kind: "wrong result", text: `${who}: "${wishOf(last)}" gave "${event.result}"` });
    if (!written) found.push({ kind: "read back in time", text: `${who}: version ${version} was never written` });
    seen.set(who, Math.max(least, version));
  }
  return found;
}
