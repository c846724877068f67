import type { Log } from "../platform/log.ts";

/**
 * What the consistency check looks for. `mended`: nothing is lost by putting it right. `reported`: something may be lost
 * already, and a person must know.
 */
export const FINDING_KINDS = {
  /** A job or tombstone that would never wake the supervisor up again. */
  wakeUpMissing: "mended",
  /** A wake-up row whose job is gone, or wakes up at another time. */
  wakeUpOfNothing: "mended",
  /** An idempotency key whose job or batch is gone: it would be good for no other. */
  keyOfNothing: "mended",
  /** A line of the history of a batch that is gone. */
  lineOfNothing: "mended",
  /** A dead letter whose job is gone: its replay would find nothing. */
  letterOfNothing: "mended",
  /** A blob whose job, file or letter is not there. */
  blobOfNothing: "mended",
  /** What a step of an operation left that has ended. */
  checkpointOfEnded: "mended",
  /** A part of a map whose operation has ended, or is not there. */
  partOfEnded: "mended",
  /** A job that has not ended, and the blob its row refers to is not there. */
  payloadMissing: "reported",
  /** A job was accepted, and neither its row nor its tombstone is there. */
  unaccounted: "reported",
  /** A job is there, and nothing says that it was accepted. */
  unrecorded: "reported",
  /** A row whose key or content is none of ours. */
  unreadable: "reported",
} as const satisfies Record<string, "mended" | "reported">;

export type FindingKind = keyof typeof FINDING_KINDS;

interface Finding {
  readonly count: number;
  /** Of the first few: all are in the log. */
  readonly ids: readonly string[];
}

export type Findings = Partial<Record<FindingKind, Finding>>;

export interface FindingsBook {
  /** @param id of the job, letter or file, or the name of the row or blob where there is none */
  add(kind: FindingKind, id: string): void;
  readonly all: Findings;
}

const IDS_KEPT = 20;

/** Counts what is found, and logs each. */
export function createFindingsBook(log: Log): FindingsBook {
  const all: Findings = {};
  return {
    all,
    add(kind, id) {
      const { count, ids } = all[kind] ?? { count: 0, ids: [] };
      all[kind] = { count: count + 1, ids: ids.length < IDS_KEPT ? [...ids, id] : ids };
      const outcome = FINDING_KINDS[kind];
      if (outcome === "mended") log.warn("inconsistency mended", { kind, id });
      else log.error("inconsistency found", { kind, id }, undefined);
    },
  };
}
