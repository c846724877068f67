import type { Job } from "../../../src/jobs/job.ts";
import { isTerminal } from "../../../src/jobs/lifecycle.ts";
import type { History, Violation } from "./history.ts";
import type { Walk } from "./job-walks.ts";

/** What was promised is there and has ended; what is there was asked for; no key made two jobs, and no request did. */
export function checkAccounting({ clients, supervised }: History, walks: readonly Walk[]): Violation[] {
  const found: Violation[] = [];
  const byId = new Map(walks.map((walk) => [walk.jobId, walk]));
  const acknowledged = new Set(clients.flatMap((event) => (event.did === "heard" ? [event.jobId] : [])));
  const asked = new Set(clients.flatMap((event) => (event.did === "submit" ? [event.text] : [])));

  for (const jobId of acknowledged)
    if (!byId.get(jobId)?.last) found.push({ kind: "lost", text: `${jobId} was accepted and has no row` });
  for (const { jobId, last } of walks) {
    if (last && !isTerminal(last.phase) && (supervised || acknowledged.has(jobId)))
      found.push({ kind: "not ended", text: `${jobId} is "${last.phase}" when all is over` });
    if (last && !asked.has(textOf(last))) found.push({ kind: "unexpected", text: `${jobId} was submitted by nobody` });
  }
  return [...found, ...duplicated(clients, walks)];
}

/** Each request of the scenario has a text of its own, so two jobs with one text are one request's. */
function duplicated(clients: History["clients"], walks: readonly Walk[]): Violation[] {
  const found: Violation[] = [];
  const ids = new Map<string, Set<string>>();
  const add = (text: string, jobId: string) => ids.set(text, (ids.get(text) ?? new Set()).add(jobId));
  for (const event of clients) if (event.did === "heard") add(event.text, event.jobId);
  for (const { jobId, last } of walks) if (last) add(textOf(last), jobId);
  for (const [text, made] of ids)
    if (made.size > 1) found.push({ kind: "duplicated", text: `"${text}" made ${[...made].join(" and ")}` });
  return found;
}

export function textOf({ payload }: Job): string {
  return "inline" in payload ? (payload.inline as { readonly text: string }).text : "";
}
