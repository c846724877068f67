import type { PdfLimits } from "../documents/read-pdf.ts";
import type { FileStore } from "../files/file-store.ts";
import type { AskModel } from "../models/ask-model.ts";
import type { UsageMeter } from "../models/usage-meter.ts";
import type { Container } from "../platform/blobs.ts";
import type { Clock } from "../platform/clock.ts";
import { InvariantError, toMillraceError } from "../platform/errors.ts";
import type { MillraceError } from "../platform/errors.ts";
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

export interface Ran {
  /** As it stands now: done, failed, or queued for another attempt. */
  readonly job: Job;
  /** Why the attempt failed, with the cause, which no row and no client gets to see. */
  readonly failure?: MillraceError;
}

/**
 * Does the work of a claimed job: runs its profile's steps and writes down how it ended.
 *
 * @throws MillraceError LEASE_LOST when another worker holds the job now; STORAGE_UNAVAILABLE
 */
export async function runJob(deps: RunDeps, claimed: ClaimedJob): Promise<Ran> {
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
    return { job: await completeJob(deps, claimed, { profile, output, artifacts, steps, usage: meter.total() }) };
  } catch (thrown) {
    claimed.lost.signal.throwIfAborted();
    const failure = toMillraceError(thrown);
    if (failure.code === "LEASE_LOST") throw failure;
    return { job: await failJob(deps, claimed, { error: failure, steps, now: deps.clock.now() }), failure };
  } finally {
    claimed.stop();
  }
}

interface RunParts {
  readonly askModel: AskModel;
  /** Filled as steps store outputs. */
  readonly artifacts: Artifact[];
}

/** It becomes part of a blob's name, an address and a header, so nothing that means something there. */
const ARTIFACT_NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/i;

function servicesOf(deps: RunDeps, job: Job, { askModel, artifacts }: RunParts): StepServices {
  return {
    askModel,
    download: deps.download,
    pdfLimits: deps.pdfLimits,
    readFile: async (fileId) => deps.files.read({ workspaceId: job.workspaceId, fileId }),
    async saveArtifact({ name, bytes, contentType }) {
      if (!ARTIFACT_NAME.test(name) || artifacts.some((artifact) => artifact.name === name))
        throw new InvariantError("d3f1a94b", `Cannot store an output under the name ${JSON.stringify(name)}`);
      const blob = artifactBlob(job, name);
      await deps.content.put(blob, bytes, contentType);
      artifacts.push({ name, blob, contentType, bytes: bytes.length });
    },
  };
}

/** More would not be read in passing, and a row that does not fit its table could not renew the lease. */
const MAX_MESSAGE_CHARACTERS = 200;

function progressOf({ fraction, step, message }: RunState): Job["progress"] {
  return {
    fraction: Math.round(fraction * 1e4) / 1e4, // Four digits are enough for a bar, and keep the row short.
    ...(step && { step }),
    ...(message && { message: message.slice(0, MAX_MESSAGE_CHARACTERS) }),
  };
}

function toRecords(state: RunState, job: Job): StepRecord[] {
  return state.steps.map((step) => ({ ...step, attempt: step.status === "pending" ? 0 : job.attempt }));
}
