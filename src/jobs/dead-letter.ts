import { createHash } from "node:crypto";
import { z } from "zod";
import { deadLetterIdSchema, jobIdSchema, operationIdSchema, workspaceIdSchema } from "../contract/ids.ts";
import { InvariantError } from "../platform/errors.ts";
import { deadLetterIdOf, jobIdOfOperation, newestFirst, operationIdOfDeadLetter } from "../platform/ids.ts";
import { rowKeyOf } from "../platform/partitions.ts";
import type { Row, RowKey } from "../platform/tables.ts";
import { partitionOf } from "./job-row.ts";
import { contentSchema, jobErrorSchema } from "./job.ts";
import type { FailedJob } from "./job.ts";
import type { Actor } from "./transition.ts";
import { actorSchema } from "./transition.ts";

/**
 * The life cycle of a dead letter, the record beside a failed operation that is set aside for a person. An absent cell
 * is illegal. `replayed` and `closed` are its ends: should the new operation fail as well, it has a letter of its own.
 */
export const DEAD_LETTER_TRANSITIONS = {
  open: { edited: "open", replayed: "replayed", closed: "closed" },
  replayed: {},
  closed: {},
} as const;

const deadLetterStatusSchema = z.enum(["open", "replayed", "closed"]);
export type DeadLetterStatus = z.infer<typeof deadLetterStatusSchema>;

const actionSchema = z.object({
  action: z.enum(["edited", "replayed", "closed"]),
  at: z.coerce.date(),
  actor: actorSchema,
  reason: z.string().optional(),
});
export type DeadLetterAction = z.infer<typeof actionSchema>;

const deadLetterSchema = z.object({
  deadLetterId: deadLetterIdSchema,
  status: deadLetterStatusSchema,
  workspaceId: workspaceIdSchema,
  jobId: jobIdSchema,
  operationId: operationIdSchema,
  jobType: z.string(),
  profileVersion: z.int(),
  customerId: z.string().optional(),
  /** The same for failures of one cause, as far as can be told from outside: type, code, step and the message's words. */
  fingerprint: z.string(),
  error: jobErrorSchema,
  /** The step that was at work. */
  step: z.string().optional(),
  attempts: z.int(),
  /** How often the job had begun anew before. */
  replays: z.int(),
  firstFailedAt: z.date(),
  failedAt: z.date(),
  expiresAt: z.date(),
  payload: contentSchema,
  /** What a replay is to begin with instead, once somebody has edited it. */
  editedPayload: contentSchema.optional(),
  /** The operation that a replay began. */
  replayedAs: operationIdSchema.optional(),
  actions: z.array(actionSchema),
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;

/** The letter of a job that has failed. */
export function deadLetterOf(job: FailedJob): DeadLetter {
  const step = job.steps.find(({ status }) => status === "failed")?.name;
  return {
    deadLetterId: deadLetterIdOf(job.operationId, job.endedAt),
    status: "open",
    workspaceId: job.workspaceId,
    jobId: job.jobId,
    operationId: job.operationId,
    jobType: job.jobType,
    profileVersion: job.profileVersion,
    ...(job.customerId && { customerId: job.customerId }),
    fingerprint: fingerprintOf([job.jobType, job.error.code, step ?? "", job.error.message.replace(/\d+/g, "#")]),
    error: job.error,
    ...(step && { step }),
    attempts: job.attempt,
    replays: job.operations - 1,
    firstFailedAt: job.firstFailedAt ?? job.endedAt,
    failedAt: job.endedAt,
    expiresAt: job.expiresAt,
    payload: job.payload,
    actions: [],
  };
}

interface Replay {
  readonly replayedAs: string;
  readonly actor: Actor;
  readonly at: Date;
  readonly reason?: string | undefined;
}

/** The letter once a new operation was begun in its place. */
export function replayed(letter: DeadLetter, { replayedAs, ...action }: Replay): DeadLetter {
  return {
    ...letter,
    status: "replayed",
    replayedAs,
    actions: [...letter.actions, { action: "replayed", ...action }],
  };
}

function fingerprintOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

export const DEAD_LETTER_KIND = "dead";

/** Beside its job, in one partition; the latest failures come first, of whatever workspace. */
export function deadLetterKey(deadLetterId: string): RowKey {
  const jobId = jobIdOfOperation(operationIdOfDeadLetter(deadLetterId));
  return { partitionKey: partitionOf({ jobId }), rowKey: rowKeyOf(DEAD_LETTER_KIND, newestFirst(deadLetterId)) };
}

const JSON_COLUMNS = ["error", "payload", "editedPayload", "actions"];

function isJson(column: string): boolean {
  return JSON_COLUMNS.includes(column);
}

export function toDeadLetterRow(letter: DeadLetter): Row {
  const columns = Object.entries(letter).map(([name, value]) => [name, isJson(name) ? JSON.stringify(value) : value]);
  return { ...(Object.fromEntries(columns) as Record<string, string>), ...deadLetterKey(letter.deadLetterId) };
}

/** @throws InvariantError when the row is not a dead letter */
export function readDeadLetterRow(row: Row): DeadLetter {
  const json = JSON_COLUMNS.flatMap((name) => {
    const text = row[name];
    return typeof text === "string" ? [[name, JSON.parse(text) as unknown]] : [];
  });
  const parsed = deadLetterSchema.safeParse({ ...row, ...Object.fromEntries(json) });
  if (parsed.success) return parsed.data;
  throw new InvariantError("4be0d51a", `Cannot read row "${row.rowKey}" as a dead letter`);
}
