import type { ClientEvent, History, Violation } from "./history.ts";
import type { Move, Walk } from "./job-walks.ts";
import type { TextOf } from "./payload-texts.ts";

/** A client never sees a job go back, nor a version that was not written yet; and sees what it was told it did. */
export function checkReads({ clients }: History, walks: readonly Walk[], textOf: TextOf): Violation[] {
  const found: Violation[] = [];
  const walkOf = new Map(walks.map((walk) => [walk.jobId, walk]));
  const seen = new Map<string, number>();
  for (const event of clients) {
    if (event.did !== "read" && event.did !== "yes") continue;
    const { client, jobId, version, commits } = event;
    const who = `${client} ${jobId}`;
    const least = seen.get(who) ?? 1;
    if (version < least) found.push({ kind: "read back in time", text: `${who}: version ${version} after ${least}` });
    const written = walkOf.get(jobId)?.moves.find(({ index, after }) => index < commits && after?.version === version);
    if (!written) found.push({ kind: "read back in time", text: `${who}: version ${version} was never written` });
    else found.push(...checkResult(event, written, textOf));
    seen.set(who, Math.max(least, version));
  }
  return found;
}

function checkResult(event: ClientEvent, { after }: Move, textOf: TextOf): Violation[] {
  if (event.did !== "read" || event.result === undefined || !after) return [];
  const asked = textOf(after);
  if (event.result === asked) return [];
  return [{ kind: "wrong result", text: `${event.client} ${event.jobId}: "${String(asked)}" gave "${event.result}"` }];
}
