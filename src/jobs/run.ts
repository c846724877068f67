import type { PdfLimits } from "../documents/read-pdf.ts";
import type { FileStore } from "../files/file-store.ts";
import type { AskModel } from "../models/ask-model.ts";
import type { UsageMeter } from "../models/usage-meter.ts";
import type { Container } from "../platform/blobs.ts";
import type { Clock } from "../platform/clock.ts";
import { toMillraceError } from "../platform/errors.ts";
import type { Download } from "../platform/guarded-fetch.ts";
import type { ProfileRegistry } from "../profiles/registry.ts";
import { runSteps } from "../steps/run-steps.ts";
import type { RunState } from "../steps/run-steps.ts";
import type { StepServices } from "../steps/step.ts";
import type { ClaimedJob } from "./claimed-job.ts";
import { artifactBlob, completeJob } from "./complete.ts";
import { readContent } from "./content.ts";
import { failJob } from "./fail.ts";
import type { FailDeps } from "./fail.ts";
import type { Artifact, Job, StepRecord } from "./job.ts";

export interface RunDeps extends FailDeps {
  readonly profiles: ProfileRegistry;
  readonly files: FileStore;
  readonly content: Container;
  readonly download: Download;
  readonly pdfLimits: PdfLimits;
  readonly clock: Clock;
  /** A model to ask, and the meter that counts what it uses: one pair for each run. */
  readonly createModel: () => { readonly askModel: AskModel; readonly meter: UsageMeter };
}

/**
 * Does the work of a claimed job: runs its profile's steps and writes down how it ended.
 *
 * @returns the job as it stands now: done, failed, or queued for another attempt
 * @throws MillraceError LEASE_LOST when another worker holds the job now; STORAGE_UNAVAILABLE
 */
export async function runJob(deps: RunDeps, claimed: ClaimedJob): Promise<Job> {
  let steps = claimed.job.steps;
  try {
    const profile = deps.profiles.require(claimed.job.jobType);
    const { askModel, meter } = deps.createModel();
    const artifacts: Artifact[] = [];
    const output = await runSteps(profile.steps, {
      jobId: claimed.job.jobId,
      payload: await readContent(deps.content, claimed.job.payload),
      services: servicesOf(deps, claimed.job, { askModel, artifacts }),
      clock: deps.clock,
      abortSignal: claimed.lost.signal,
      onMove(state) {
        steps = toRecords(state, claimed.job);
        claimed.report({ progress: progressOf(state), steps });
      },
    });
    return await completeJob(deps, claimed, { profile, output, artifacts, steps, usage: meter.total() });
  } catch (thrown) {
    claimed.lost.signal.throwIfAborted();
    const error = toMillraceError(thrown);
    if (error.code === "LEASE_LOST") throw error;
    return await failJob(deps, claimed, { error, steps, now: deps.clock.now() });
  } finally {
    claimed.stop();
  }
}

interface RunParts {
  readonly askModel: AskModel;
  /** Filled as steps store outputs. */
  readonly artifacts: Artifact[];
}

function servicesOf(deps: RunDeps, job: Job, { askModel, artifacts }: RunParts): StepServices {
  return {
    askModel,
    download: deps.download,
    pdfLimits: deps.pdfLimits,
    readFile: async (fileId) => deps.files.read({ workspaceId: job.workspaceId, fileId }),
    async saveArtifact({ name, bytes, contentType }) {
      const blob = artifactBlob(job, name);
      await deps.content.put(blob, bytes, contentType);
      artifacts.push({ name, blob, contentType, bytes: bytes.length });
    },
  };
}

function progressOf({ fraction, step, message }: RunState): Job["progress"] {
  // Four digits are enough for a bar, and keep the row short.
  return { fraction: Math.round(fraction * 1e4) / 1e4, ...(step && { step }), ...(message && { message }) };
}

function toRecords(state: RunState, job: Job): StepRecord[] {
  return state.steps.map((step) => ({ ...step, attempt: step.status === "pending" ? 0 : job.attempt }));
}
