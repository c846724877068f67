import type { Row } from "../../../src/platform/tables.ts";

/** One version of one row, as it was written. */
export interface Commit {
  readonly at: number;
  /** The life that asked for it. */
  readonly by: string;
  readonly table: string;
  readonly before: Row | undefined;
  /** Nothing when the row was deleted. */
  readonly after: Row | undefined;
}

/** What a client did and heard; `text` names the request, and only one is like it. `maybe`: no answer or one that does not say, so it may have happened. */
export type ClientEvent = {
  readonly at: number;
  readonly client: string;
  /** How many commits there were: what a client hears cannot be newer. */
  readonly commits: number;
} & (
  | { readonly did: "submit"; readonly text: string; readonly key: string | undefined }
  | { readonly did: "heard"; readonly text: string; readonly key: string | undefined; readonly jobId: string }
  | { readonly did: "maybe"; readonly text: string; readonly key: string | undefined; readonly code: string }
  | { readonly did: "refused"; readonly text: string; readonly key: string | undefined; readonly code: string }
  | { readonly did: "read"; readonly jobId: string; readonly version: number; readonly result: string | undefined }
);

/** What a run leaves behind, and all that is needed to judge it; production logs hold the same. */
export interface History {
  readonly clients: readonly ClientEvent[];
  readonly commits: readonly Commit[];
  /** What the product threw that it never promised to throw. */
  readonly surprises: readonly string[];
  /** Whether jobs that nobody was told of must end as well. */
  readonly supervised: boolean;
}

export interface Violation {
  readonly kind:
    | "lost"
    | "not ended"
    | "unexpected"
    | "duplicated"
    | "illegal walk"
    | "second end"
    | "too many attempts"
    | "attempt not counted"
    | "version"
    | "not the holder"
    | "wrong job"
    | "wrong result"
    | "read back in time"
    | "surprise"
    | "nothing happened";
  readonly text: string;
}
