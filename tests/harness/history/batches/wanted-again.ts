import type { BatchEvent } from "./batch-history.ts";

/** Between which commits it may have been carried out. A refusal says nothing: what was done once is refused when it is tried again. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** A client wanted an item to run again. */
export interface WantedAgain extends Span {
  readonly key: string;
  readonly dependents: "keep" | "rerun_changed";
}

/** Somebody wanted a job to begin anew by itself. */
export interface BegunAlone extends Span {
  readonly jobId: string;
  /** In place of its own. */
  readonly text: string | undefined;
}

export function wantedAgain(events: readonly BatchEvent[]): WantedAgain[] {
  return events.flatMap((event, place): WantedAgain[] => {
    if (event.did !== "run again") return [];
    const { client, key, dependents, commits } = event;
    const answer = events.slice(place + 1).find((later) => later.client === client);
    const isOver = answer?.did === "runs again" || answer?.did === "not again";
    return [{ key, dependents, from: commits, to: isOver ? answer.commits : Infinity }];
  });
}

export function begunAlone(events: readonly BatchEvent[]): BegunAlone[] {
  return events.flatMap((event): BegunAlone[] => {
    if (event.did !== "job again" && event.did !== "job maybe again" && event.did !== "job not again") return [];
    const { jobId, text, since, commits } = event;
    return [{ jobId, text, from: since, to: event.did === "job maybe again" ? Infinity : commits }];
  });
}
