import { envelopeSchema } from "../contract/envelope.ts";
import type { PoisonView } from "../contract/poison-view.ts";
import type { PeekedQueue } from "../dead-letters/peek-poison.ts";
import type { PeekedMessage } from "../platform/queues.ts";

const MAX_TEXT_CHARACTERS = 2000;

export function presentPoison(queues: readonly PeekedQueue[]): PoisonView {
  return {
    value: queues.map(({ capability, priority, approximateCount, messages }) => ({
      capability,
      priority,
      approximate_count: approximateCount,
      messages: messages.map(presentMessage),
    })),
  };
}

function presentMessage({ messageId, insertedAt, dequeueCount, text }: PeekedMessage): Messages[number] {
  return {
    message_id: messageId,
    inserted_at: insertedAt.toISOString(),
    dequeue_count: dequeueCount,
    text: text.slice(0, MAX_TEXT_CHARACTERS),
    envelope: envelopeIn(text),
  };
}

type Messages = PoisonView["value"][number]["messages"];

function envelopeIn(text: string): Messages[number]["envelope"] {
  try {
    return envelopeSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // What is not JSON is no envelope.
  }
}
