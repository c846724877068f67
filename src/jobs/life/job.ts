import { z } from "zod";
import { batchIdSchema, jobIdSchema, operationIdSchema, workspaceIdSchema } from "../../contract/ids.ts";
import { modeSchema, prioritySchema } from "../../contract/submit-request.ts";
import { contentSchema } from "./content.ts";
import { jobErrorSchema } from "./job-error.ts";
import { transitionSchema } from "./transition.ts";
import { waitingForSchema } from "./waiting-for.ts";

export { contentSchema, jobErrorSchema };
export type { Content } from "./content.ts";
export type { JobError } from "./job-error.ts";

export const artifactSchema = z.object({
  name: z.string(),
  /** Absent for the document of a result that stands in the row: it is made of the row when somebody asks for it. */
  blob: z.string().optional(),
  contentType: z.string(),
  bytes: z.int(),
});
export type Artifact = z.infer<typeof artifactSchema>;

export const usageSchema = z.object({
  model: z.string(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  calls: z.int(),
  latencyMs: z.number(),
  estimatedCostUsd: z.number().optional(),
  priceVersion: z.string().optional(),
});
export type Usage = z.infer<typeof usageSchema>;

const stepRecordSchema = z.object({
  name: z.string(),
  status: z.enum(["pending", "running", "completed", "failed"]),
  /** The job's attempt that ran it last; 0 before the first. Of an orchestrated job: how often the step itself was tried. */
  attempt: z.int(),
  /** Tries that were given back to the count, of an orchestrated job: as the job's own `uncounted`. */
  uncounted: z.int().optional(),
  startedAt: z.coerce.date().optional(),
  endedAt: z.coerce.date().optional(),
  /** What a finished step returned and stored, for later attempts: see `checkpoints.ts`. Gone when the job has ended. */
  checkpoint: contentSchema.optional(),
  /** Of a map that was opened: how many parts it has, and what the job had used of the model before. */
  parts: z.int().optional(),
  usageBefore: usageSchema.optional(),
  /** Of a map that was opened: how often somebody began to close it, and when last. */
  closing: z.object({ attempt: z.int(), startedAt: z.coerce.date() }).optional(),
  /** It has finished, and its profile knows how to take back what it did. */
  compensable: z.boolean().optional(),
});
export type StepRecord = z.infer<typeof stepRecordSchema>;

/** Steps that an operation has finished by another version of its profile, before it began anew: as far as there is something to take back. */
const formerSchema = z.object({ profileVersion: z.int(), steps: z.array(stepRecordSchema) });
export type FormerSteps = z.infer<typeof formerSchema>;

const progressSchema = z.object({
  /** 0 to 1, over the whole job. */
  fraction: z.number(),
  step: z.string().optional(),
  message: z.string().optional(),
});
export type Progress = z.infer<typeof progressSchema>;

/** How long a record is kept after its end: pinned when the job is accepted, since it is what the client was told. */
const retentionSchema = z.object({
  days: z.int(),
  /** Of a failed job, and with it its dead letter: people need longer than machines. */
  failedDays: z.int(),
});

/** The item of a batch that the job is for: how it ends is handed to the batch (`store/hand-off.ts`). */
const batchItemSchema = z.object({ batchId: batchIdSchema, index: z.int(), key: z.string() });
export type BatchItem = z.infer<typeof batchItemSchema>;

/** Fields of a job in every phase. */
const common = {
  workspaceId: workspaceIdSchema,
  jobId: jobIdSchema,
  operationId: operationIdSchema,
  jobType: z.string(),
  profileVersion: z.int(),
  mode: modeSchema,
  priority: prioritySchema,
  /**
   * Jobs of one key run one after the other, in the order of their places: see `sequences/`. The place is the number that
   * the client gave, if it did. An operation that began later stands in no sequence.
   */
  sequence: z.object({ key: z.string(), place: z.int(), number: z.int().optional() }).optional(),
  batch: batchItemSchema.optional(),
  customerId: z.string().optional(),
  /** Who asked for the current operation, if the request said who sent it. */
  submittedBy: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  tags: z.array(z.string()).optional(),
  payload: contentSchema,
  traceparent: z.string(),
  /** Digest of the idempotency key that made the job: the key is forgotten with the job. */
  keyDigest: z.string().optional(),
  /** Grows by one with every change. */
  version: z.int(),
  /** System tries of the current operation, counted before the work of each begins. */
  attempt: z.int(),
  maxAttempts: z.int(),
  /** Attempts that were given back to the count: the provider asked to wait, or the worker was told to end. */
  uncounted: z.int().optional(),
  progress: progressSchema,
  steps: z.array(stepRecordSchema),
  former: z.array(formerSchema).optional(),
  /** Counts operations, this one included: 1 until somebody regenerates the job or replays its dead letter. */
  operations: z.int(),
  /** Digest of the idempotency key and the body that began the current operation, if it is not the first. */
  operationKey: z.string().optional(),
  /** The current operation is not to begin before this time, nor from `startBefore` on. */
  startAfter: z.date().optional(),
  startBefore: z.date().optional(),
  retention: retentionSchema,
  /** What happened to it last, renewals of the lease and progress aside. */
  last: transitionSchema,
  createdAt: z.date(),
  /** When the current operation was: with the job, if it is the first. */
  acceptedAt: z.date(),
  enqueuedAt: z.date(),
  updatedAt: z.date(),
  /** When the work last came nearer to its end: an attempt began, or progress grew. */
  movedAt: z.date().optional(),
  /** When the first attempt of the current operation began. */
  startedAt: z.date().optional(),
  /** The last failure, kept while the job is tried again. */
  lastError: jobErrorSchema.optional(),
  /** What it waited for when its orchestration was lost: the next one takes that up again. */
  waitedFor: waitingForSchema.optional(),
  /** When an attempt of the current operation failed for the first time. */
  firstFailedAt: z.date().optional(),
  /** Of the model, by all attempts of the current operation so far. */
  usage: usageSchema.optional(),
};

/** Since when only processes were met that know nothing of its type, or whose profile is older than its plan's. */
const open = { outdatedSince: z.date().optional() };

const queuedSchema = z.object({
  ...common,
  ...open,
  phase: z.literal("queued"),
  retryAt: z.date().optional(),
  /** How often the supervisor has put a message for it again, since it is in this phase. */
  redispatches: z.int().optional(),
});

const processingSchema = z.object({
  ...common,
  ...open,
  phase: z.literal("processing"),
  startedAt: z.date(),
  /** Names the one attempt that may write; a new claim makes a new one. */
  claimId: z.string(),
  leaseUntil: z.date(),
  /** The orchestration that leads the job from step to step, if it is orchestrated: it holds the claim. */
  instanceId: z.string().optional(),
});

const waitingSchema = z.object({
  ...common,
  ...open,
  phase: z.literal("waiting"),
  startedAt: z.date(),
  claimId: z.string(),
  leaseUntil: z.date(),
  instanceId: z.string(),
  waitingFor: waitingForSchema,
});

/** `expiresAt`: when the record goes, and all that belongs to it. */
const ended = { endedAt: z.date(), expiresAt: z.date() };

const doneSchema = z.object({
  ...common,
  ...ended,
  phase: z.literal("done"),
  startedAt: z.date(),
  result: contentSchema,
  artifacts: z.array(artifactSchema),
  /** The blob that lists those that the row has no room for: see `store/artifact-list.ts`. */
  moreArtifacts: z.string().optional(),
});

const undoRecordSchema = z.object({
  step: z.string(),
  /** Which of the job's `former` steps it is one of, if it is none of its own. */
  former: z.int().optional(),
  status: z.enum(["pending", "completed", "failed"]),
  /** Tries so far, counted before each begins. */
  attempt: z.int(),
  /** No try begins before: one can be under way until then, or the next is put off. */
  notBefore: z.coerce.date().optional(),
  /** How often a message was put again since the last try. */
  rings: z.int().optional(),
  /** Why the last try came to nothing, and in the end why there is no further one. */
  error: jobErrorSchema.optional(),
});
/** A finished step that is to be taken back, since its job did not come to a good end. */
export type UndoRecord = z.infer<typeof undoRecordSchema>;

/** What finished steps have done that is to be taken back, the last step first. Absent when there is nothing. */
const undo = { undo: z.array(undoRecordSchema).optional() };

const failedSchema = z.object({ ...common, ...ended, ...undo, phase: z.literal("failed"), error: jobErrorSchema });

const cancelledSchema = z.object({ ...common, ...ended, ...undo, phase: z.literal("cancelled") });

/**
 * A job, as it is kept: a union on its phase, so that a finished job without a result or a running one without a lease
 * cannot be written, nor read back.
 */
export const jobSchema = z.discriminatedUnion("phase", [
  queuedSchema,
  processingSchema,
  waitingSchema,
  doneSchema,
  failedSchema,
  cancelledSchema,
]);
export type Job = z.infer<typeof jobSchema>;
export type DoneJob = Extract<Job, { phase: "done" }>;
export type FailedJob = Extract<Job, { phase: "failed" }>;

/** What names a job in storage. */
export interface JobRef {
  readonly workspaceId: string;
  readonly jobId: string;
}
