import type { App } from "../../src/app.ts";
import { cancelJob } from "../../src/jobs/cancel.ts";
import type { Job } from "../../src/jobs/life/job.ts";
import { regenerateJob } from "../../src/jobs/regenerate.ts";
import type { RegenerateCommand, Regenerated } from "../../src/jobs/regenerate.ts";
import { envelopeOf } from "../../src/jobs/store/dispatch.ts";
import type { StoredJob } from "../../src/jobs/store/job-store.ts";
import { submitJob } from "../../src/jobs/submit.ts";
import { claimJob } from "../../src/jobs/work/claim.ts";
import type { Claim } from "../../src/jobs/work/claim.ts";
import { ClaimedJob } from "../../src/jobs/work/claimed-job.ts";
import { receiveMessage } from "../../src/jobs/work/receive-message.ts";
import type { Received } from "../../src/jobs/work/receive-message.ts";
import { runJob } from "../../src/jobs/work/run.ts";
import type { Ran } from "../../src/jobs/work/run.ts";
import { MillraceError } from "../../src/platform/errors.ts";
import type { Profile } from "../../src/profiles/define-profile.ts";
import type { Outcome } from "./interleavings.ts";
import { relayProfile } from "./profiles.ts";

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
/** Its checkpoint does not fit in the row. */
const LARGE = "x".repeat(20_000);

/** A job type of two steps, the first of which leaves a checkpoint in a blob, and the second does what the test says. */
export function twoSteps(second: () => Promise<unknown> = async () => ({ text: "done" })): Profile {
  return relayProfile({ one: async () => ({ text: LARGE }), two: second });
}

/** The same, but it fails. */
export function failing(code: "PDF_ENCRYPTED" | "DOWNLOAD_FAILED"): Profile {
  return twoSteps(async () => Promise.reject(new MillraceError(code, "no")));
}

export async function submit(app: App): Promise<Job> {
  const command = { workspaceId: "default", jobType: "echo", payload: { text: "hi" }, traceparent: TRACEPARENT };
  return (await submitJob(app, command)).job;
}

/** A worker that has the job's message. */
export async function work(app: App, job: Job): Promise<Received> {
  const setAside = async () => Promise.reject(new Error("set aside"));
  return receiveMessage({ ...app, setAside }, envelopeOf(job));
}

export async function cancel(app: App, ref: Job, operationId?: string): Promise<Job> {
  return cancelJob(app, { ref, operationId, actor: "client" });
}

export async function regenerate(app: App, ref: Job, fields: Partial<RegenerateCommand> = {}): Promise<Regenerated> {
  return regenerateJob(app, { ref, traceparent: TRACEPARENT, ...fields });
}

/** The job as a worker has just claimed it. */
export async function claim(app: App, job: Job): Promise<StoredJob> {
  const claimed = await claimJob(app, job);
  if (claimed.outcome !== "claimed") throw new Error(`The job cannot be claimed: ${claimed.outcome}`);
  return claimed.stored;
}

/** That worker's work. */
export async function run(app: App, stored: StoredJob): Promise<Ran> {
  return runJob(app, new ClaimedJob(stored, app));
}

/** What somebody was told: the answer, or the code of the refusal. Throws what nobody is to be told. */
export function told<Value>(outcome: Outcome<Value>): Value | string {
  if ("value" in outcome) return outcome.value;
  const { thrown } = outcome;
  if (thrown instanceof MillraceError) return thrown.code;
  throw new Error("An actor met what nobody is to be told", { cause: thrown });
}

/** What came up: a race that comes out one way only proves nothing. */
export function createTally(): {
  readonly count: (...words: readonly unknown[]) => void;
  readonly seen: () => string[];
} {
  const all = new Set<string>();
  return {
    count: (...words) => all.add(words.join(" ")),
    seen: () => [...all].sort(),
  };
}

/** What came of a message, or of the attempt to take it. */
export function outcomeOf(received: Pick<Received, "outcome"> | Claim | string): string {
  return typeof received === "string" ? received : received.outcome;
}
