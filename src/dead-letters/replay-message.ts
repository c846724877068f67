import { readContent } from "../jobs/store/content.ts";
import type { DeadLetterStore, StoredDeadLetter } from "../jobs/store/dead-letter-store.ts";
import { accepts, putBack } from "../jobs/store/dead-letter.ts";
import type { MessageLetter } from "../jobs/store/dead-letter.ts";
import type { Container } from "../platform/blobs.ts";
import type { Clock } from "../platform/clock.ts";
import type { QueueOf } from "../platform/queue-table.ts";

export interface ReplayMessageDeps {
  readonly deadLetters: DeadLetterStore;
  readonly content: Container;
  readonly clock: Clock;
  readonly queueOf: QueueOf;
}

export interface ReplayedMessage {
  readonly letter: MessageLetter;
  readonly before: boolean;
}

/**
 * Puts a message on its queue again. The letter changes first: should the process die between, whoever asked has no
 * answer and asks again, and then the message is put, once more than needed at worst. The other way round, a message
 * that still cannot be read could come back before its letter has changed, and be counted into a letter that is resolved
 * a moment later.
 *
 * @throws MillraceError VERSION_CONFLICT when somebody was faster, STORAGE_UNAVAILABLE
 */
export async function replayMessage(
  deps: ReplayMessageDeps,
  { letter, etag }: StoredDeadLetter<MessageLetter>,
  { reason }: { readonly reason?: string | undefined },
): Promise<ReplayedMessage> {
  const before = !accepts(letter, "replayed");
  const by = { actor: "operator", at: deps.clock.now(), reason } as const;
  // Whatever can fail for good comes before the letter is resolved.
  const queue = deps.queueOf({ capability: letter.capability, priority: "normal" });
  const text = String(await readContent(deps.content, letter.payload));
  const resolved = before ? letter : (await deps.deadLetters.save(putBack(letter, by), etag)).letter;
  await queue.put(text);
  return { letter: resolved, before };
}
