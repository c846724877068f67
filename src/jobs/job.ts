import { z } from "zod";
import { ERROR_CODES } from "../contract/error-codes.ts";
import type { ErrorCode } from "../contract/error-codes.ts";
import { jobIdSchema, operationIdSchema, workspaceIdSchema } from "../contract/ids.ts";
import { modeSchema } from "../contract/submit-request.ts";

/** Large content stands in a blob and is referred to; small content stands in the row. */
const contentSchema = z.union([z.object({ inline: z.unknown() }), z.object({ blob: z.string(), bytes: z.int() })]);
export type Content = z.infer<typeof contentSchema>;

export const artifactSchema = z.object({
  name: z.string(),
  blob: z.string(),
  contentType: z.string(),
  bytes: z.int(),
});
export type Artifact = z.infer<typeof artifactSchema>;

const stepRecordSchema = z.object({
  name: z.string(),
  status: z.enum(["pending", "running", "completed", "failed"]),
  /** The job's attempt that ran it last; 0 before the first. */
  attempt: z.int(),
  startedAt: z.coerce.date().optional(),
  endedAt: z.coerce.date().optional(),
  /** What a finished step returned and stored, for later attempts: see `checkpoints.ts`. Gone when the job has ended. */
  checkpoint: contentSchema.optional(),
});
export type StepRecord = z.infer<typeof stepRecordSchema>;

const progressSchema = z.object({
  /** 0 to 1, over the whole job. */
  fraction: z.number(),
  step: z.string().optional(),
  message: z.string().optional(),
});
export type Progress = z.infer<typeof progressSchema>;

const jobErrorSchema = z.object({
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
});
export type JobError = z.infer<typeof jobErrorSchema>;

const usageSchema = z.object({
  model: z.string(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  calls: z.int(),
  latencyMs: z.number(),
  estimatedCostUsd: z.number().optional(),
  priceVersion: z.string().optional(),
});
export type Usage = z.infer<typeof usageSchema>;

/** Fields of a job in every phase. */
const common = {
  workspaceId: workspaceIdSchema,
  jobId: jobIdSchema,
  operationId: operationIdSchema,
  jobType: z.string(),
  profileVersion: z.int(),
  mode: modeSchema,
  customerId: z.string().optional(),
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
  createdAt: z.date(),
  enqueuedAt: z.date(),
  updatedAt: z.date(),
  /** When the first attempt began. */
  startedAt: z.date().optional(),
  /** The last failure, kept while the job is tried again. */
  lastError: jobErrorSchema.optional(),
  /** Of the model, by all attempts of the current operation so far. */
  usage: usageSchema.optional(),
};

const queuedSchema = z.object({
  ...common,
  phase: z.literal("queued"),
  retryAt: z.date().optional(),
  /** How often the supervisor has put a message for it again, since it is in this phase. */
  redispatches: z.int().optional(),
});

const processingSchema = z.object({
  ...common,
  phase: z.literal("processing"),
  startedAt: z.date(),
  /** Names the one attempt that may write; a new claim makes a new one. */
  claimId: z.string(),
  leaseUntil: z.date(),
});

const doneSchema = z.object({
  ...common,
  phase: z.literal("done"),
  startedAt: z.date(),
  endedAt: z.date(),
  result: contentSchema,
  artifacts: z.array(artifactSchema),
});

const failedSchema = z.object({
  ...common,
  phase: z.literal("failed"),
  endedAt: z.date(),
  error: jobErrorSchema,
});

/**
 * A job, as it is kept: a union on its phase, so that a finished job without a result or a running one without a lease
 * cannot be written, nor read back.
 */
export const jobSchema = z.discriminatedUnion("phase", [queuedSchema, processingSchema, doneSchema, failedSchema]);
export type Job = z.infer<typeof jobSchema>;
export type DoneJob = Extract<Job, { phase: "done" }>;

/** What names a job in storage. */
export interface JobRef {
  readonly workspaceId: string;
  readonly jobId: string;
}
