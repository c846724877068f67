import type { EditableAddressee } from "./editable.ts";
import type { Fold } from "./fold.ts";
import type { Message } from "./instance.ts";

/** Puts a message in an inbox under the next number. */
export function receive(fold: Fold, addressee: EditableAddressee, { executionId, event }: Message): void {
  const sequence = addressee.nextSequence++;
  addressee.inbox.push(executionId === undefined ? { sequence, event } : { sequence, executionId, event });
  fold.changes.woken.add(addressee.id);
}

/** Takes the messages up to that number out. Looks at those alone: an inbox can be long. */
export function consume(addressee: EditableAddressee, consumedThrough: number): void {
  const firstLeft = addressee.inbox.findIndex(({ sequence }) => sequence > consumedThrough);
  addressee.inbox.splice(0, firstLeft === -1 ? addressee.inbox.length : firstLeft);
}
