/** What an endpoint answers: one JSON document, or a stream of events. */
export type Answer = { readonly json: unknown } | { readonly events: Iterable<StreamEvent> };

/** One server-sent event; without a name only its data is sent. */
export interface StreamEvent {
  readonly name?: string;
  /** Sent as JSON, except the word that ends a Chat stream. */
  readonly data: object | "[DONE]";
}

/** Writes an event as it goes over the wire (WHATWG server-sent events). */
export function formatEvent({ name, data }: StreamEvent): string {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return `${name === undefined ? "" : `event: ${name}\n`}data: ${text}\n\n`;
}

/** Cuts a text into the pieces a model would stream: each word with the space before it. */
export function toDeltas(text: string): string[] {
  return text.match(/\s*\S+/g) ?? [];
}
