import { z } from "zod";
import type { Container } from "../../platform/blobs.ts";
import { newToken } from "../../platform/ids.ts";
import type { Profile } from "../../profiles/define-profile.ts";
import type { FinishedStep } from "../../steps/run-steps.ts";
import type { AnyOutputs } from "../../steps/step-context.ts";
import { artifactSchema } from "../life/job.ts";
import type { Artifact, Content, Job, JobRef, StepRecord } from "../life/job.ts";
import { isTerminal } from "../life/lifecycle.ts";
import type { PartStore } from "./part-store.ts";

/**
 * What a finished step leaves for later attempts of its operation: what it returned, and what it stored. Small ones stand
 * in the step's record, larger ones in a blob that the record refers to. The last step has none: its output is the result.
 */
const checkpointSchema = z.object({ output: z.unknown().optional(), artifacts: z.array(artifactSchema) });
type Checkpoint = z.infer<typeof checkpointSchema>;

/** For the checkpoints of one job together: every commit of progress writes them again with the row. */
const INLINE_CHARACTERS = 8_000;

export interface KeepOptions {
  readonly step: string;
  readonly checkpoint: Checkpoint;
  /** The job's steps as they are recorded now. */
  readonly steps: readonly StepRecord[];
}

/**
 * Stores a checkpoint, and returns what the step's record is to say of it.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function keepCheckpoint(
  container: Container,
  { job, writer }: { readonly job: Job; readonly writer: string },
  { step, checkpoint, steps }: KeepOptions,
): Promise<Content> {
  const text = JSON.stringify(checkpoint);
  const all = [...steps, ...(job.former ?? []).flatMap((run) => run.steps)];
  const inline = all.map((record) => (isInline(record.checkpoint) ? JSON.stringify(record.checkpoint).length : 0));
  if (text.length + sum(inline) <= INLINE_CHARACTERS) return { inline: checkpoint };
  const bytes = Buffer.from(text);
  const blob = checkpointBlob({ job, writer }, step);
  await container.put(blob, bytes, "application/json");
  return { blob, bytes: bytes.length };
}

export interface CheckpointDeps {
  readonly content: Container;
  /** Those of maps, which stand in rows of their own. */
  readonly parts: PartStore;
}

export interface LoadedSteps {
  readonly finished: readonly FinishedStep[];
  /** What the finished steps have stored. */
  readonly artifacts: readonly Artifact[];
  /** The step that must run again because what was kept of it cannot be read any more. */
  readonly lost?: string;
}

/**
 * The steps that earlier attempts have finished: all up to the first without a checkpoint. A profile of another version
 * than the job's begins anew, since its steps may mean something else.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function loadCheckpoints(container: Container, job: Job, profile: Profile): Promise<LoadedSteps> {
  const finished: FinishedStep[] = [];
  const artifacts: Artifact[] = [];
  if (profile.version !== job.profileVersion) return { finished, artifacts };
  for (const [index, { name }] of profile.steps.slice(0, -1).entries()) {
    const record = job.steps[index];
    if (record?.name !== name || record.status !== "completed" || !record.checkpoint) break;
    const checkpoint = await readCheckpoint(container, record.checkpoint);
    if (!checkpoint) return { finished, artifacts, lost: name };
    finished.push({ name, output: checkpoint.output, startedAt: record.startedAt, endedAt: record.endedAt });
    artifacts.push(...checkpoint.artifacts);
  }
  return { finished, artifacts };
}

/**
 * Keeps what an external worker has answered until its step has taken it: small answers in the row, others beside the
 * checkpoints, to go with them.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function keepAnswer(
  container: Container,
  job: Job,
  { step, output }: { readonly step: string; readonly output: unknown },
): Promise<Content> {
  const text = JSON.stringify(output);
  if (text.length <= INLINE_CHARACTERS) return { inline: output };
  const bytes = Buffer.from(text);
  const blob = `${operationFolder(job)}/${newToken()}/${step}-answer.json`;
  await container.put(blob, bytes, "application/json");
  return { blob, bytes: bytes.length };
}

/**
 * What a finished step has returned, and those before it; nothing where that cannot be read any more.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function readOutputs(
  container: Container,
  steps: readonly StepRecord[],
  step: string,
): Promise<{ readonly output: unknown; readonly outputs: AnyOutputs } | undefined> {
  const outputs: Record<string, unknown> = {};
  for (const { name, checkpoint: content } of steps) {
    const checkpoint = content && (await readCheckpoint(container, content));
    if (!checkpoint) return undefined;
    if (name === step) return { output: checkpoint.output, outputs };
    outputs[name] = checkpoint.output;
  }
  return undefined;
}

/**
 * Deletes what an operation that has ended does not need any more: checkpoints, and the parts of maps. The end is
 * committed, so a failure here changes nothing: what stays goes with the job, or with the next daily check.
 *
 * @param job best as it was before its end, when its records still named their checkpoints
 */
export async function dropCheckpoints(deps: CheckpointDeps, job: Job): Promise<void> {
  // An earlier claim may have ended between a blob and the record of it; a job that has ended names none. Of an
  // orchestration's many calls each may have.
  const hadOtherClaims = job.attempt > 1 || job.uncounted !== undefined;
  if (hadOtherClaims || isTerminal(job.phase) || "instanceId" in job) {
    await clearCheckpoints(deps, job);
    return;
  }
  const blobs = job.steps.flatMap(({ checkpoint }) => (checkpoint && "blob" in checkpoint ? [checkpoint.blob] : []));
  await calmly(async () => Promise.all(blobs.map(async (blob) => deps.content.delete(blob))));
}

/**
 * Deletes every checkpoint of an operation that others have ended, those that no record names included: its worker may
 * have written one since its last commit. A failure here changes nothing either.
 */
export async function clearCheckpoints({ content, parts }: CheckpointDeps, job: Job): Promise<void> {
  const wasClaimed = job.attempt > 0 || job.uncounted !== undefined;
  await dropParts({ parts }, job);
  if ((job.steps.length > 1 || hasParts(job)) && wasClaimed)
    await calmly(async () => content.deleteFolder(operationFolder(job)));
}

/** Deletes the parts of maps: what they have come to stands in the checkpoint of a map that was closed. */
export async function dropParts({ parts }: Pick<CheckpointDeps, "parts">, job: Job): Promise<void> {
  if (hasParts(job)) await calmly(async () => parts.drop(job));
}

function hasParts({ steps }: Job): boolean {
  return steps.some(({ parts }) => parts !== undefined);
}

/** Nobody is to hear of a failure: the job has ended well or badly by now, and its deletion tries again. */
async function calmly(work: () => Promise<unknown>): Promise<void> {
  await work().catch(() => undefined);
}

/** The name of a blob that this holder writes for later attempts to read. */
export function checkpointBlob({ job, writer }: { readonly job: Job; readonly writer: string }, name: string): string {
  return `${operationFolder(job)}/${writer}/${name}.json`;
}

/** Holds the checkpoints of all operations of the job. */
export function checkpointFolder({ workspaceId, jobId }: JobRef): string {
  return `checkpoints/${workspaceId}/${jobId}`;
}

function operationFolder(job: Job): string {
  return `${checkpointFolder(job)}/${job.operationId}`;
}

/** Nothing when it is gone, or is no checkpoint: then the step runs again. */
async function readCheckpoint(container: Container, content: Content): Promise<Checkpoint | undefined> {
  if (!("blob" in content)) return checkpointSchema.safeParse(content.inline).data;
  const bytes = await container.get(content.blob);
  try {
    return bytes && checkpointSchema.parse(JSON.parse(bytes.toString()));
  } catch {
    return undefined;
  }
}

function isInline(content: Content | undefined): boolean {
  return content !== undefined && !("blob" in content);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
