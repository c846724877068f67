import type { App } from "../app.ts";
import type { DoneJob, Job } from "../jobs/life/job.ts";
import { isTerminal } from "../jobs/life/lifecycle.ts";
import { readResult } from "../jobs/read-result.ts";
import { listArtifacts } from "../jobs/store/artifact-list.ts";
import { explainWait } from "../jobs/waits/explain-wait.ts";
import type { WaitReason } from "../jobs/waits/wait-reason.ts";
import { etagOf } from "./etag.ts";
import { secondsToNextLook } from "./poll-pace.ts";
import { presentJob } from "./present-job.ts";
import type { Returned } from "./present-job.ts";
import type { Reply, RequestContext } from "./route.ts";

/** 200 with the whole job, its result included. */
export async function jobReply(app: App, { origin }: RequestContext, job: Job): Promise<Reply> {
  const returned = job.phase === "done" ? await readReturned(app, job) : undefined;
  const wait = await explainWait(app, job);
  return { status: 200, headers: headersOf(app, job, wait), json: presentJob(job, origin, { wait, returned }) };
}

/** @throws MillraceError STORAGE_UNAVAILABLE */
export async function readReturned(app: App, job: DoneJob): Promise<Returned> {
  const [result, artifacts] = await Promise.all([readResult(app, job), listArtifacts(app.content, job)]);
  return { result, artifacts };
}

/** Nobody but the client that asked may keep it, and only to ask whether it is still so. */
export const UNCACHED = { "cache-control": "private, no-cache" } as const;

/** What tells a client which state this is, and when to look again. */
export function headersOf({ clock }: App, job: Job, wait: WaitReason | undefined): Record<string, string> {
  return {
    etag: etagOf(job, wait?.code),
    ...UNCACHED,
    ...(!isTerminal(job.phase) && { "retry-after": String(secondsToNextLook(job, wait, clock.now())) }),
  };
}
