import type { Act, ClientEvent } from "./client-event.ts";

type Event<D extends ClientEvent["did"]> = Extract<ClientEvent, { readonly did: D }>;

/** A question with what came of it. */
export interface Exchange {
  readonly ask: Event<"ask">;
  /** Nothing if none came, which is as little as `unsure` says. */
  readonly answer: Event<"yes"> | Event<"gone"> | Event<"no"> | Event<"unsure"> | undefined;
}

/** All questions of one kind, in the order in which they were asked. */
export function exchangesOf(clients: readonly ClientEvent[], act: Act): Exchange[] {
  const answers = new Map<number, NonNullable<Exchange["answer"]>>();
  for (const event of clients)
    if (event.did === "yes" || event.did === "gone" || event.did === "no" || event.did === "unsure")
      answers.set(event.call, event);
  return clients.flatMap((event) =>
    event.did === "ask" && event.act === act ? [{ ask: event, answer: answers.get(event.call) }] : [],
  );
}
