import { z } from "zod";
import { ERROR_CODES } from "./error-codes.ts";
import type { ErrorCode } from "./error-codes.ts";
import { batchIdSchema, deadLetterIdSchema, jobIdSchema, operationIdSchema, workspaceIdSchema } from "./ids.ts";
import { modeSchema, prioritySchema } from "./submit-request.ts";
import { WAIT_CODES } from "./wait-codes.ts";

export const instant = z.iso.datetime();
const absoluteUrl = z.url();

export const JOB_STATUSES = ["accepted", "running", "completed", "failed", "cancelled"] as const;
export const jobStatusSchema = z.enum(JOB_STATUSES);
export type JobStatus = z.infer<typeof jobStatusSchema>;

const progressSchema = z.object({
  fraction: z.number().min(0).max(1),
  step: z.string().optional(),
  message: z.string().optional(),
});

const stepSchema = z.object({
  name: z.string(),
  status: z.enum(["pending", "running", "completed", "failed"]),
  attempt: z.int().min(0).meta({ description: "The job's attempt that ran the step last; 0 before the first" }),
  started_at: instant.optional(),
  ended_at: instant.optional(),
});

const compensationSchema = z.object({
  step: z.string(),
  profile_version: z.int().optional().meta({
    description: "The version of the profile whose step it is, where the job has begun anew by another since",
  }),
  status: z.enum(["pending", "completed", "failed"]),
  attempts: z.int().min(0),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

const approvalSchema = z
  .object({
    step: z.string(),
    title: z.string(),
    details: z.unknown().optional(),
    quorum: z.int().min(1).meta({ description: "How many must approve; one who rejects is enough to reject" }),
    votes: z.array(
      z.object({
        by: z.string(),
        decision: z.enum(["approve", "reject"]),
        comment: z.string().optional(),
        at: instant,
      }),
    ),
    escalated_at: instant.optional(),
    expires_at: instant.meta({ description: "Until when people can decide" }),
  })
  .meta({ description: "While people are to decide: on what, and who has decided how" });

const waitReasonSchema = z
  .object({
    code: z.string().meta({
      description: `${Object.entries(WAIT_CODES)
        .map(([code, meaning]) => `\`${code}\`: ${meaning}`)
        .join("; ")}. New ones may appear`,
    }),
    text: z.string().meta({ description: "The same in a sentence, for the person who waits" }),
    eta: instant.optional().meta({ description: "When this is expected to be over; absent when nobody can say" }),
  })
  .meta({ description: "Why the job has not ended, while it has not" });

export const jobErrorSchema = z.object({
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  kind: z.enum(["transient", "permanent", "cancelled", "conflict"]),
  retryable: z.boolean(),
});

export const usageSchema = z.object({
  model: z.string(),
  input_tokens: z.int().min(0),
  output_tokens: z.int().min(0),
  calls: z.int().min(0),
  latency_ms: z.number().min(0),
  estimated_cost_usd: z.number().min(0).optional().meta({ description: "Absent when the model has no known price" }),
  price_version: z.string().optional(),
});

/** The recipe's fields of every completed job; a profile adds its own. */
const resultSchema = z.looseObject({
  artifactUrl: absoluteUrl,
  artifacts: z.array(z.object({ name: z.string(), url: absoluteUrl, content_type: z.string(), bytes: z.int() })),
});

/** What `GET /api/jobs/{job_id}` answers: the whole truth about one job. */
export const jobViewSchema = z
  .object({
    job_id: jobIdSchema,
    job_type: z.string(),
    profile_version: z.int().min(1),
    workspace_id: workspaceIdSchema,
    customer_id: z.string().optional(),
    submitted_by: z.string().optional().meta({ description: "As the request's sign-in said, if it had one" }),
    batch_id: batchIdSchema.optional().meta({ description: "Of a job that is for an item of a batch" }),
    batch_key: z.string().optional().meta({ description: "That item's key" }),
    status: jobStatusSchema,
    phase: z.string().meta({
      description:
        "A finer word than `status`, such as `stalled` for a `running` job without a sign of life; new ones may appear",
    }),
    mode: modeSchema,
    priority: prioritySchema,
    sequence_key: z.string().optional(),
    sequence: z.int().min(1).optional(),
    operation_id: operationIdSchema,
    version: z.int().min(1).meta({ description: "Grows by one with every change" }),
    progress: progressSchema,
    wait_reason: waitReasonSchema.optional(),
    approval: approvalSchema.optional(),
    steps: z.array(stepSchema),
    attempt: z.int().min(0).meta({
      description:
        "Tries so far. One that ended because the provider asked to wait, or the worker was stopped, is not counted",
    }),
    max_attempts: z.int().min(1),
    result: resultSchema.optional(),
    error: jobErrorSchema.optional(),
    compensation: z.array(compensationSchema).optional().meta({
      description: "Of a job that failed or was cancelled: what its steps have done that is taken back, in this order",
    }),
    dead_letter_id: deadLetterIdSchema.optional().meta({ description: "Of a failed job: where operators find it" }),
    usage: usageSchema.optional().meta({ description: "Of all attempts so far, those that failed included" }),
    metadata: z.record(z.string(), z.string()).optional(),
    tags: z.array(z.string()).optional(),
    created_at: instant,
    enqueued_at: instant,
    started_at: instant.optional(),
    completed_at: instant.optional(),
    updated_at: instant,
    run_at: instant.optional().meta({ description: "Not started before this time" }),
    expires_at: instant.optional().meta({
      description: "Until the job ends: not started from this time on. When it has ended: the record is removed then",
    }),
    queue_wait_ms: z.int().min(0).optional(),
    processing_ms: z.int().min(0).optional(),
    trace_id: z.string(),
    links: z.object({ self: absoluteUrl, cancel: absoluteUrl, result: absoluteUrl, history: absoluteUrl }),
  })
  .meta({ id: "Job" });
export type JobView = z.infer<typeof jobViewSchema>;
export type JobErrorView = z.infer<typeof jobErrorSchema>;
export type UsageView = z.infer<typeof usageSchema>;

/** What `POST /api/jobs` answers with 202. */
export const acceptedViewSchema = z
  .object({
    job_id: jobIdSchema,
    status: z.literal("accepted"),
    status_url: absoluteUrl,
    operation_id: operationIdSchema,
    job_type: z.string(),
    created_at: instant,
    trace_id: z.string(),
  })
  .meta({ id: "AcceptedJob" });
export type AcceptedView = z.infer<typeof acceptedViewSchema>;

/** Entries of a list leave the result out: fetch the job for it. */
export const jobListSchema = z
  .object({ value: z.array(jobViewSchema), next_link: absoluteUrl.optional() })
  .meta({ id: "JobList" });

/** The Azure long-running-operation shape, as `@azure/core-lro` reads it. */
export const operationViewSchema = z
  .object({
    id: operationIdSchema,
    status: z.enum(["NotStarted", "Running", "Succeeded", "Failed", "Canceled"]),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    resourceLocation: absoluteUrl,
  })
  .meta({ id: "Operation" });
export type OperationView = z.infer<typeof operationViewSchema>;
