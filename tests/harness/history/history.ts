import type { Row } from "../../../src/platform/tables.ts";
import type { ClientEvent } from "./client-event.ts";
import type { Violation } from "./violation.ts";

export type { ClientEvent, Violation };

/** One version of one row, as it was written. */
export interface Commit {
  readonly at: number;
  /** The life that asked for it. */
  readonly by: string;
  /** The same for all rows that one request changed. */
  readonly transaction: number;
  readonly table: string;
  readonly before: Row | undefined;
  /** Nothing when the row was deleted. */
  readonly after: Row | undefined;
}

/** A blob that was written, or deleted when it has no text. */
export interface BlobChange {
  readonly at: number;
  readonly by: string;
  readonly name: string;
  readonly text: string | undefined;
}

/** A question to the model; without an end, if its life ended first. */
export interface ModelCall {
  readonly by: string;
  readonly text: string;
  readonly beganAt: number;
  endedAt?: number;
}

/** Something went wrong with a life, or with a request of it: it may be late for what it is to do. */
export interface Trouble {
  readonly by: string;
  readonly at: number;
  /** Later than `at` where it stands still until then. */
  readonly until: number;
}

/** What the product says of its own rows and blobs. */
export interface Audit {
  readonly accepted: number;
  readonly gone: number;
  readonly jobs: Readonly<Record<string, number>>;
  readonly isBalanced: boolean;
  readonly found: readonly string[];
  /** Parts that could not be looked at. */
  readonly skipped: number;
  /** How many commits there were. */
  readonly commits: number;
}

/** What a run leaves behind, and all that is needed to judge it. */
export interface History {
  readonly clients: readonly ClientEvent[];
  readonly commits: readonly Commit[];
  readonly blobs: readonly BlobChange[];
  readonly modelCalls: readonly ModelCall[];
  readonly troubles: readonly Trouble[];
  readonly audits: readonly Audit[];
  /** What the product threw that it never promised to throw. */
  readonly surprises: readonly string[];
  /** Whether jobs that nobody was told of must end as well. */
  readonly supervised: boolean;
  /** Whether all records have had their time in the end. */
  readonly purged?: boolean;
  /** When nothing went wrong any more and all had arrived that was on its way; never, if absent. */
  readonly peaceAt?: number;
  /** How long the steps of a job may take together, in milliseconds. */
  readonly stepsMs: number;
}
