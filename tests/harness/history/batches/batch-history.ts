import type { PlannedBatch } from "../../batches/planned-batch.ts";
import type { History } from "../history.ts";

/** What a client did about a batch, and heard. `maybe`: no answer or one that does not say, so it may have happened. */
export type BatchEvent = {
  readonly at: number;
  readonly client: string;
  /** How many commits there were: what a client hears cannot be newer. */
  readonly commits: number;
  /** The batch's name in its plan. */
  readonly name: string;
} & (
  | { readonly did: "submit" }
  | { readonly did: "heard"; readonly batchId: string }
  | { readonly did: "maybe"; readonly code: string }
  | { readonly did: "cancel" | "cancelled" }
  | { readonly did: "maybe cancelled" | "not cancelled"; readonly code: string }
  | { readonly did: "run again"; readonly key: string; readonly dependents: "keep" | "rerun_changed" }
  | { readonly did: "runs again"; readonly key: string }
  | { readonly did: "not again" | "maybe again"; readonly key: string; readonly code: string }
  | {
      /** One job of it was asked to begin anew, by itself, and as much was heard of that. */
      readonly did: "job again" | "job not again" | "job maybe again";
      readonly jobId: string;
      /** In place of its own; a dead letter is replayed with what failed. */
      readonly text: string | undefined;
      readonly door: "regenerate" | "replay";
      /** How many commits there were when it was asked for. */
      readonly since: number;
    }
  | { readonly did: "read"; readonly batchId: string; readonly view: SeenBatch }
);

/** A batch as the app shows it. */
export interface SeenBatch {
  readonly status: string;
  readonly counts: Readonly<Record<string, number>>;
  /** By key. */
  readonly items: ReadonlyMap<string, string>;
}

/** What a run with batches leaves behind. */
export interface BatchHistory extends History {
  readonly plans: readonly PlannedBatch[];
  readonly batchEvents: readonly BatchEvent[];
}
