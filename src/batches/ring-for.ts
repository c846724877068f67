import type { RingForBatch } from "../jobs/supervision/ring-batch.ts";
import type { BatchRef } from "./batch.ts";

/** Rings for a batch whose row says what is to be done. That the message cannot be put does no harm: the supervisor rings. */
export async function ringFor(
  { ringForBatch }: { readonly ringForBatch: RingForBatch },
  { workspaceId, batchId }: BatchRef,
): Promise<{ readonly unsent?: unknown }> {
  try {
    await ringForBatch({ schema: 1, kind: "batch", workspace_id: workspaceId, batch_id: batchId });
    return {};
  } catch (thrown) {
    return { unsent: thrown };
  }
}
