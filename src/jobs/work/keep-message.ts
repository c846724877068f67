import { againOnConflict } from "../../platform/again-on-conflict.ts";
import type { Container } from "../../platform/blobs.ts";
import { daysAfter } from "../../platform/clock.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Job } from "../life/job.ts";
import { keepContent } from "../store/content.ts";
import type { DeadLetterStore } from "../store/dead-letter-store.ts";
import type { MessageLetterStore } from "../store/message-letter-store.ts";
import { cameAgain, messageBlob, messageLetterOf } from "../store/message-letter.ts";
import type { UnreadableMessage } from "../store/message-letter.ts";

export interface KeepMessageDeps {
  readonly deadLetters: DeadLetterStore;
  readonly messageLetters: MessageLetterStore;
  readonly content: Container;
  readonly clock: Clock;
  readonly retention: Job["retention"];
}

/**
 * Puts a message that nobody can read where operators find it: into the ledger of dead letters. However often the same
 * message comes, it has one open letter, which counts how often.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE, VERSION_CONFLICT when others keep writing: then the message comes back
 */
export async function keepMessage(deps: KeepMessageDeps, message: UnreadableMessage): Promise<void> {
  await againOnConflict(async () => keepOnce(deps, message));
}

async function keepOnce(deps: KeepMessageDeps, message: UnreadableMessage): Promise<void> {
  const at = deps.clock.now();
  const expiresAt = daysAfter(at, deps.retention.failedDays);
  const letter = messageLetterOf(message, { at, expiresAt, payload: { inline: message.text } });
  const last = await deps.messageLetters.findLast(letter);
  if (last?.stored?.letter.status === "open") {
    await deps.deadLetters.save(cameAgain(last.stored.letter), last.stored.etag);
    return;
  }
  const payload = await keepContent(deps.content, messageBlob(letter.deadLetterId), message.text);
  await deps.messageLetters.create({ ...letter, payload }, last);
}
