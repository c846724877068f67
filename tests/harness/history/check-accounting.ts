import type { Job } from "../../../src/jobs/life/job.ts";
import { isTerminal } from "../../../src/jobs/life/lifecycle.ts";
import type { History, Violation } from "./history.ts";
import type { Walk } from "./job-walks.ts";

/** What was promised is there and has ended; what is there was asked for; no key made two jobs, and no request did. */
export function checkAccounting({ clients, supervised }: History, walks: readonly Walk[]): Violation[] {
  const found: Violation[] = [];
  const byId = new Map(walks.map((walk) => [walk.jobId, walk]));
  const acknowledged = new Set(clients.flatMap((event) => (event.did === "heard" ? [event.jobId] : [])));
  const asked = new Set(clients.flatMap((event) => (event.did === "submit" ? [event.text] : [])));

  for (const jobId of acknowledged)
    if (!byId.has(jobId)) found.push({ kind: "lost", text: `${jobId} was accepted and never had a row` });
  for (const walk of walks) {
    const { jobId, last } = walk;
    found.push(...wronglyGone(walk, clients));
    if (last && !isTerminal(last.phase) && (supervised || acknowledged.has(jobId)))
      found.push({ kind: "not ended", text: `${jobId} is "${last.phase}" when all is over` });
    const first = walk.moves[0]?.after;
    if (first && !asked.has(wishOf(first)))
      found.push({ kind: "unexpected", text: `${jobId} was submitted by nobody` });
  }
  return [...found, ...duplicated(clients, walks), ...mistaken(clients, byId), ...stillThere(clients, byId)];
}

/** Who is told that a job was deleted finds nothing of it any more. */
function stillThere(clients: History["clients"], byId: ReadonlyMap<string, Walk>): Violation[] {
  return clients.flatMap((event): Violation[] => {
    if (event.did !== "gone" || event.act !== "delete") return [];
    const moves = byId.get(event.jobId)?.moves ?? [];
    if (moves.at(-1)?.after === undefined && (moves.at(-1)?.index ?? 0) < event.commits) return [];
    return [{ kind: "untrue answer", text: `${event.jobId}: ${event.client} was told it is gone, and it is not` }];
  });
}

/** A record goes when its time is over, or when somebody wanted it gone; and only after its end. */
function wronglyGone({ jobId, moves }: Walk, clients: History["clients"]): Violation[] {
  return moves.flatMap(({ index, at, before, after }): Violation[] => {
    if (after || !before) return [];
    const wasWanted = clients.some(
      (event) => event.did === "ask" && event.act === "delete" && event.jobId === jobId && event.commits <= index,
    );
    const isOver = "expiresAt" in before && before.expiresAt.getTime() <= at + SKEW_MS;
    if (isTerminal(before.phase) && (wasWanted || isOver)) return [];
    return [{ kind: "lost", text: `${jobId} was "${before.phase}" when its row went, at commit ${index}` }];
  });
}

/** By so much the clocks of the scenario's hosts can be off. */
const SKEW_MS = 5_000;

/** Two jobs with one text are one request's; unless the first was gone, and its key with it. */
function duplicated(clients: History["clients"], walks: readonly Walk[]): Violation[] {
  const found: Violation[] = [];
  const ids = new Map<string, Set<string>>();
  const add = (text: string, jobId: string) => ids.set(text, (ids.get(text) ?? new Set()).add(jobId));
  const isGone = new Set(walks.flatMap(({ jobId, last }) => (last ? [] : [jobId])));
  for (const event of clients) if (event.did === "heard" && !isGone.has(event.jobId)) add(event.text, event.jobId);
  for (const { jobId, last } of walks) if (last) add(wishOf(last), jobId);
  for (const [text, made] of ids)
    if (made.size > 1) found.push({ kind: "duplicated", text: `"${text}" made ${[...made].join(" and ")}` });
  return found;
}

/** Nobody was answered with a job of another request than its own, and what was refused made none. */
function mistaken(clients: History["clients"], byId: ReadonlyMap<string, Walk>): Violation[] {
  const made = new Set([...byId.values()].flatMap(({ last }) => (last ? [wishOf(last)] : [])));
  return clients.flatMap((event): Violation[] => {
    if (event.did === "refused" && made.has(event.text))
      return [{ kind: "wrong job", text: `"${event.text}" was refused (${event.code}) and is there` }];
    const last = event.did === "heard" ? byId.get(event.jobId)?.last : undefined;
    if (event.did !== "heard" || !last || wishOf(last) === event.text) return [];
    return [{ kind: "wrong job", text: `"${event.text}" was answered with the job "${wishOf(last)}"` }];
  });
}

/** The request that made the job: clients write its text beside the payload, which may be large and stand elsewhere. */
export function wishOf({ metadata }: Job): string {
  return metadata?.["wish"] ?? "";
}
