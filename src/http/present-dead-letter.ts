import type { DeadLetterSummary } from "../contract/dead-letter-view.ts";
import { ERROR_CODES } from "../contract/error-codes.ts";
import type { DeadLetter } from "../jobs/store/dead-letter.ts";
import { jobUrl } from "./present-job.ts";

export function deadLetterUrl(origin: string, deadLetterId: string): string {
  return `${origin}/api/ops/dead-letters/${deadLetterId}`;
}

/** A letter changes with each action, and that of a message each time the message comes again; with nothing else. */
export function deadLetterEtag({ actions, attempts }: DeadLetter): string {
  return `"${actions.length}.${attempts}"`;
}

export function presentDeadLetter(letter: DeadLetter, origin: string): DeadLetterSummary {
  const { error } = letter;
  return {
    dead_letter_id: letter.deadLetterId,
    status: letter.status,
    origin: letter.origin,
    ...presentOrigin(letter),
    fingerprint: letter.fingerprint,
    code: error.code,
    kind: ERROR_CODES[error.code].kind,
    message: error.message,
    attempts: letter.attempts,
    first_failed_at: letter.firstFailedAt.toISOString(),
    failed_at: letter.failedAt.toISOString(),
    expires_at: letter.expiresAt.toISOString(),
    actions: letter.actions.map((action) => ({ ...action, at: action.at.toISOString() })),
    links: linksOf(letter, origin),
  };
}

function presentOrigin(letter: DeadLetter): Partial<DeadLetterSummary> {
  const job = { workspace_id: letter.workspaceId, job_id: letter.jobId };
  if (letter.origin === "message") return { ...job, capability: letter.capability };
  return {
    ...job,
    operation_id: letter.operationId,
    job_type: letter.jobType,
    profile_version: letter.profileVersion,
    customer_id: letter.customerId,
    step: letter.step,
    replays: letter.replays,
    replayed_as: letter.replayedAs,
    replay_id: letter.replayId,
  };
}

function linksOf({ deadLetterId, jobId }: DeadLetter, origin: string): DeadLetterSummary["links"] {
  const self = deadLetterUrl(origin, deadLetterId);
  const job = jobId && jobUrl(origin, jobId);
  return {
    self,
    replay: `${self}/replay`,
    close: `${self}/close`,
    ...(job && { job, history: `${job}/history` }),
  };
}
