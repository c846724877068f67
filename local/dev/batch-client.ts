import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { readJson, type ApiCall } from "./job-client.ts";

const itemStatus = z.enum(["blocked", "accepted", "running", "completed", "failed", "cancelled", "skipped"]);

const lastItem = z.looseObject({
  job_id: z.string().optional(),
  status: itemStatus,
  error: z.looseObject({ code: z.string(), message: z.string() }).nullish(),
});

/** The part of a batch's view that the demo shows. */
const batchView = z.looseObject({
  batch_id: z.string(),
  status: z.enum(["accepted", "running", "completed", "failed", "cancelled"]),
  counts: z.record(z.string(), z.number()).optional(),
  items: z.array(lastItem.extend({ key: z.string() })),
  finally: lastItem.optional(),
});
export type BatchView = z.infer<typeof batchView>;
export type LastItem = z.infer<typeof lastItem>;

const submitted = z.looseObject({ batch_id: z.string(), status_url: z.url() });

/** Submits a batch. Returns its id and where its status is. */
export async function submitBatch({ api, abortSignal }: ApiCall, batch: object): Promise<z.infer<typeof submitted>> {
  const response = await fetch(`${api}/batches`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(batch),
    signal: abortSignal,
  });
  return submitted.parse(await readJson(response, "submit the batch"));
}

/** Often enough for a person who watches, on the machine where it all runs. */
const LOOK_EVERY_MS = 250;

/** Follows a batch until it has ended; yields what it finds, the last time ended. */
export async function* followBatch(statusUrl: string, abortSignal: AbortSignal): AsyncGenerator<BatchView> {
  for (;;) {
    const response = await fetch(statusUrl, { signal: abortSignal });
    const batch = batchView.parse(await readJson(response, "read the batch's status"));
    yield batch;
    if (batch.status !== "accepted" && batch.status !== "running") return;
    await delay(LOOK_EVERY_MS, undefined, { signal: abortSignal });
  }
}
