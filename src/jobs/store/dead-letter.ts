import { createHash } from "node:crypto";
import { z } from "zod";
import {
  deadLetterIdSchema,
  jobIdSchema,
  operationIdSchema,
  replayIdSchema,
  workspaceIdSchema,
} from "../../contract/ids.ts";
import { InvariantError } from "../../platform/errors.ts";
import { deadLetterIdOf } from "../../platform/ids.ts";
import { contentSchema, jobErrorSchema } from "../life/job.ts";
import type { Content, FailedJob } from "../life/job.ts";
import type { Actor } from "../life/transition.ts";
import { actorSchema } from "../life/transition.ts";

/**
 * The life cycle of a dead letter: the record of a failed operation, or of a message that nobody can read, that is set
 * aside for a person. An absent cell is illegal. `replayed` and `closed` are its ends: should the new operation fail as
 * well, it has a letter of its own.
 */
export const DEAD_LETTER_TRANSITIONS = {
  open: { edited: "open", replayed: "replayed", closed: "closed" },
  replayed: {},
  closed: {},
} as const satisfies Record<string, Partial<Record<ActionName, string>>>;

type ActionName = "edited" | "replayed" | "closed";
type DeadLetterStatus = keyof typeof DEAD_LETTER_TRANSITIONS;

const actionSchema = z.object({
  action: z.enum(["edited", "replayed", "closed"]),
  at: z.coerce.date(),
  actor: actorSchema,
  reason: z.string().optional(),
});
type Action = z.infer<typeof actionSchema>;

const common = {
  deadLetterId: deadLetterIdSchema,
  status: z.enum(["open", "replayed", "closed"]),
  /** The same for failures of one cause, as far as can be told from outside. */
  fingerprint: z.string(),
  error: jobErrorSchema,
  /** Of the operation; of a message, how often it came. */
  attempts: z.int(),
  firstFailedAt: z.date(),
  failedAt: z.date(),
  expiresAt: z.date(),
  /** What the operation began with; of a message, its text. */
  payload: contentSchema,
  /** Who did what with the letter, the latest last. */
  actions: z.array(actionSchema),
};

const jobLetterSchema = z.object({
  ...common,
  origin: z.literal("job"),
  workspaceId: workspaceIdSchema,
  jobId: jobIdSchema,
  operationId: operationIdSchema,
  jobType: z.string(),
  profileVersion: z.int(),
  customerId: z.string().optional(),
  /** The step that was at work. */
  step: z.string().optional(),
  /** How often the job had begun anew before. */
  replays: z.int(),
  /** What a replay is to begin with instead, once somebody has edited it. */
  editedPayload: contentSchema.optional(),
  /** The operation that a replay began, and the replay of many letters that it was part of. */
  replayedAs: operationIdSchema.optional(),
  replayId: replayIdSchema.optional(),
});
export type JobLetter = z.infer<typeof jobLetterSchema>;

const messageLetterSchema = z.object({
  ...common,
  origin: z.literal("message"),
  /** Whose queue it came from, and goes back to. */
  capability: z.string(),
  /** Of the job that it names, where it names one. */
  workspaceId: workspaceIdSchema.optional(),
  jobId: jobIdSchema.optional(),
});
export type MessageLetter = z.infer<typeof messageLetterSchema>;

export const deadLetterSchema = z.discriminatedUnion("origin", [jobLetterSchema, messageLetterSchema]);
export type DeadLetter = z.infer<typeof deadLetterSchema>;

/** The letter of a job that has failed. */
export function deadLetterOf(job: FailedJob): JobLetter {
  const step = job.steps.find(({ status }) => status === "failed")?.name;
  return {
    deadLetterId: deadLetterIdOf(job.operationId, job.endedAt),
    origin: "job",
    status: "open",
    workspaceId: job.workspaceId,
    jobId: job.jobId,
    operationId: job.operationId,
    jobType: job.jobType,
    profileVersion: job.profileVersion,
    ...(job.customerId && { customerId: job.customerId }),
    fingerprint: fingerprintOf([job.jobType, job.error.code, step ?? "", wordsOf(job.error.message)]),
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

/** @param parts what failures of one cause have in common */
export function fingerprintOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/** A message without the values it quotes and the numbers it names: these differ from case to case. */
function wordsOf(message: string): string {
  return message.replace(/"[^"]*"/g, '""').replace(/\d+/g, "#");
}

/** Whether this may happen to the letter. */
export function accepts({ status }: DeadLetter, action: ActionName): boolean {
  return nextStatus(status, action) !== undefined;
}

function nextStatus(status: DeadLetterStatus, action: ActionName): DeadLetterStatus | undefined {
  const row: Partial<Record<ActionName, DeadLetterStatus>> = DEAD_LETTER_TRANSITIONS[status];
  return row[action];
}

interface By {
  readonly actor: Actor;
  readonly at: Date;
  readonly reason?: string | undefined;
}

/** The letter with another payload to be replayed with. */
export function edited(letter: JobLetter, editedPayload: Content, by: By): JobLetter {
  return { ...after(letter, "edited", by), editedPayload };
}

interface Replay extends By {
  readonly replayedAs: string;
  readonly replayId?: string | undefined;
}

/** The letter once a new operation was begun in its place. */
export function replayed(letter: JobLetter, { replayedAs, replayId, ...by }: Replay): JobLetter {
  return { ...after(letter, "replayed", by), replayedAs, ...(replayId && { replayId }) };
}

/** The letter once its message was put on its queue again. */
export function putBack(letter: MessageLetter, by: By): MessageLetter {
  return after(letter, "replayed", by);
}

/** The letter once a person has decided that nothing more is to be done about it. */
export function closed<Letter extends DeadLetter>(letter: Letter, by: By): Letter {
  return after(letter, "closed", by);
}

/** @throws InvariantError when it is illegal: callers ask `accepts()` first */
function after<Letter extends DeadLetter>(letter: Letter, name: ActionName, { actor, at, reason }: By): Letter {
  const status = nextStatus(letter.status, name);
  if (!status)
    throw new InvariantError(
      "b3c1907e",
      `Cannot apply "${name}" to "${letter.deadLetterId}": it is "${letter.status}"`,
    );
  const action: Action = { action: name, at, actor, ...(reason && { reason }) };
  return { ...letter, status, actions: [...letter.actions, action] };
}
