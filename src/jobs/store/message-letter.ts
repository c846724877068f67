import { envelopeSchema } from "../../contract/envelope.ts";
import { deadLetterIdOfMessage, digestDigits } from "../../platform/ids.ts";
import type { Content, JobError } from "../life/job.ts";
import { fingerprintOf } from "./dead-letter.ts";
import type { MessageLetter } from "./dead-letter.ts";

/** A message that nobody here can read. */
export interface UnreadableMessage {
  /** Whose queue it came from. */
  readonly capability: string;
  readonly text: string;
  readonly error: JobError;
}

/** What makes two messages the same: a queue can deliver one twice, and the host can copy one twice when it dies. */
function digitsOfMessage({ capability, text }: UnreadableMessage): string {
  return digestDigits(JSON.stringify([capability, text]));
}

/** Where the text goes if it is too long for a row. */
export function messageBlob(deadLetterId: string): string {
  return `messages/${deadLetterId}.json`;
}

interface Kept {
  readonly at: Date;
  readonly expiresAt: Date;
  readonly payload: Content;
}

/** The letter of a message that came for the first time. */
export function messageLetterOf(message: UnreadableMessage, { at, expiresAt, payload }: Kept): MessageLetter {
  const { capability, error } = message;
  return {
    deadLetterId: deadLetterIdOfMessage(digitsOfMessage(message), at),
    origin: "message",
    status: "open",
    capability,
    ...namedJob(message.text),
    fingerprint: fingerprintOf(["message", capability, error.code]),
    error,
    attempts: 1,
    firstFailedAt: at,
    failedAt: at,
    expiresAt,
    payload,
    actions: [],
  };
}

/** The letter once the same message came again. */
export function cameAgain(letter: MessageLetter): MessageLetter {
  return { ...letter, attempts: letter.attempts + 1 };
}

function namedJob(text: string): Pick<MessageLetter, "workspaceId" | "jobId"> {
  const parsed = envelopeSchema.safeParse(parseJson(text));
  return parsed.success ? { workspaceId: parsed.data.workspace_id, jobId: parsed.data.job_id } : {};
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // What is not JSON names no job, and is in the ledger for that very reason.
  }
}
