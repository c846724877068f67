import type { CancelDeps } from "../jobs/cancel.ts";
import type { Patience } from "../jobs/life/due.ts";
import type { RegenerateDeps } from "../jobs/regenerate.ts";
import type { SubmitDeps } from "../jobs/submit.ts";
import type { RingForBatch } from "../jobs/supervision/ring-batch.ts";
import type { BatchStore } from "./batch-store.ts";
import type { HandOffStore } from "./hand-off-store.ts";
import type { ItemStore } from "./item-store.ts";

/** What whoever carries a batch on works with. */
export interface BatchDeps extends SubmitDeps, RegenerateDeps, CancelDeps {
  readonly batches: BatchStore;
  readonly items: ItemStore;
  readonly handOffs: HandOffStore;
  readonly ringForBatch: RingForBatch;
  readonly patience: Patience;
  /** Of an item, with what it takes in. */
  readonly maxPayloadBytes: number;
}
