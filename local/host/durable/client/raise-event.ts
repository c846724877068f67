import { EventType } from "../history/history-event.ts";
import type { Hub } from "../hub.ts";
import type { Standing } from "./instance-standing.ts";
import { fromOutside, sendToInstance } from "./send-to-instance.ts";

export interface RaisedEvent {
  readonly name: string;
  /** JSON text; null for none. */
  readonly input: string | null;
}

/** Raises an external event for an orchestration that has not ended. */
export async function raiseEvent(hub: Hub, id: string, { name, input }: RaisedEvent): Promise<Standing> {
  return sendToInstance(hub, id, { ...fromOutside(), EventType: EventType.EventRaised, Name: name, Input: input });
}
