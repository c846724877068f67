import { followBatch, submitBatch, type BatchView } from "./batch-client.ts";
import { formatChanges, type Seen } from "./batch-report.ts";
import { SHOWN_ITEMS, demoBatch } from "./demo-batch.ts";
import { demoJobs, type DemoJob } from "./demo-jobs.ts";
import type { DemoOptions } from "./demo-options.ts";
import { formatOutcome, formatResult } from "./demo-report.ts";
import { uploadDocument } from "./demo-summary.ts";
import { readJob, type ApiCall, type JobView } from "./job-client.ts";
import { print } from "./print.ts";
import { showJob } from "./show-job.ts";

/** Shows jobs of several types, then a batch of jobs that build on each other. Returns the exit code: 0 if all completed. */
export async function showTour(options: DemoOptions, bytes: Uint8Array, call: ApiCall): Promise<number> {
  const fileId = await uploadDocument(options, bytes, call);
  const isWell = await showJobs(demoJobs(fileId, options), call);
  const batch = await showBatch(call, demoBatch(fileId));
  print('\nThis runtime ends with the demo; "npm start" keeps one up.');
  return isWell && batch.status === "completed" && batch.finally?.status === "completed" ? 0 : 1;
}

/** One after the other. Returns whether all completed. */
async function showJobs(jobs: readonly DemoJob[], call: ApiCall): Promise<boolean> {
  let isWell = true;
  let before: JobView | undefined;
  for (const { title, request } of jobs) {
    print(`\n${title}`);
    const { job, statusUrl } = await showJob(call, request(before));
    print(`\n${formatOutcome(job, statusUrl)}`);
    isWell &&= job.status === "completed";
    before = job;
  }
  return isWell;
}

async function showBatch(call: ApiCall, request: object): Promise<BatchView> {
  print("\nA batch: each item begins when those that it builds on have ended\n");
  const { status_url: statusUrl } = await submitBatch(call, request);
  let seen: Seen = {};
  let last: BatchView | undefined;
  for await (const batch of followBatch(statusUrl, call.abortSignal)) {
    const changes = formatChanges(batch, seen);
    changes.lines.forEach(print);
    [seen, last] = [changes.seen, batch];
  }
  if (!last) throw new Error("Cannot follow the batch: the API gave no state of it");
  await showResults(call, last);
  print(`\nBatch ${last.batch_id} ${last.status}\n${statusUrl}`);
  return last;
}

async function showResults(call: ApiCall, batch: BatchView): Promise<void> {
  const shown = batch.items.filter(({ key }) => SHOWN_ITEMS.includes(key));
  const items = [...shown, ...(batch.finally ? [{ ...batch.finally, key: "finally" }] : [])];
  for (const { key, job_id: jobId } of items) {
    if (jobId === undefined) continue; // It never had a job: the lines above say why.
    const job = await readJob(call, jobId);
    if (job.result) print(`\n${key}\n${formatResult(job)}`);
  }
}
