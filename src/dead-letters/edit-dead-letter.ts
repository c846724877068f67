import { checkPayload } from "../jobs/check-payload.ts";
import type { CheckPayloadDeps } from "../jobs/check-payload.ts";
import { keepContent, payloadBlob } from "../jobs/store/content.ts";
import type { DeadLetterStore } from "../jobs/store/dead-letter-store.ts";
import { accepts, edited } from "../jobs/store/dead-letter.ts";
import type { DeadLetter, JobLetter } from "../jobs/store/dead-letter.ts";
import type { Container } from "../platform/blobs.ts";
import type { Clock } from "../platform/clock.ts";
import { MillraceError, hasCode } from "../platform/errors.ts";
import type { ProfileRegistry } from "../profiles/registry.ts";
import { letterResolved } from "./letter-resolved.ts";

export interface EditDeps extends CheckPayloadDeps {
  readonly deadLetters: DeadLetterStore;
  readonly profiles: ProfileRegistry;
  readonly content: Container;
  readonly clock: Clock;
}

export interface EditCommand {
  readonly deadLetterId: string;
  /** Whether the letter is the one that the operator has looked at. */
  readonly isExpected: (letter: DeadLetter) => boolean;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly reason?: string | undefined;
}

/** What was done with a letter must fit one column of its row, the replay that ends it included. */
const MAX_EDITS = 30;

/**
 * Sets the payload that a replay of the letter begins with. The one that failed stays beside it. Nothing is changed
 * unless the payload fits the profile's current schema, and the letter is as it was when the operator looked.
 *
 * @throws MillraceError NOT_FOUND, PRECONDITION_FAILED, DEAD_LETTER_RESOLVED, VALIDATION_FAILED with `errors`,
 * UNKNOWN_JOB_TYPE, STORAGE_UNAVAILABLE
 */
export async function editDeadLetter(deps: EditDeps, command: EditCommand): Promise<DeadLetter> {
  const { letter, etag } = await deps.deadLetters.require(command.deadLetterId);
  if (!command.isExpected(letter)) throw changedMeanwhile();
  if (!accepts(letter, "edited")) throw letterResolved(letter);
  const editable = requireEditable(letter);
  const profile = deps.profiles.require(editable.jobType);
  const payload = await checkPayload(deps, profile, { ...editable, payload: command.payload });
  const content = await keepContent(deps.content, payloadBlob(editable), payload);
  const by = { actor: "operator", at: deps.clock.now(), reason: command.reason } as const;
  try {
    return (await deps.deadLetters.save(edited(editable, content, by), etag)).letter;
  } catch (thrown) {
    if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
    if ("blob" in content) await deps.content.delete(content.blob);
    throw changedMeanwhile(thrown);
  }
}

function requireEditable(letter: DeadLetter): JobLetter {
  if (letter.origin === "message")
    throw new MillraceError("VALIDATION_FAILED", "A message has no payload that could be edited; replay or close it");
  if (letter.actions.length < MAX_EDITS) return letter;
  throw new MillraceError(
    "VALIDATION_FAILED",
    `A dead letter is edited ${MAX_EDITS} times at most; replay or close it`,
  );
}

function changedMeanwhile(cause?: unknown): MillraceError {
  return new MillraceError("PRECONDITION_FAILED", "The dead letter is not as `If-Match` says; read it again", {
    cause,
  });
}
