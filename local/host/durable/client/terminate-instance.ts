import { EventType } from "../history/history-event.ts";
import type { Hub } from "../hub.ts";
import type { Standing } from "./instance-standing.ts";
import { fromOutside, sendToInstance } from "./send-to-instance.ts";

/** Asks an orchestration to end as Terminated; the reason becomes its output. Its children and activities go on. */
export async function terminateInstance(hub: Hub, id: string, reason: string | null): Promise<Standing> {
  return sendToInstance(hub, id, { ...fromOutside(), EventType: EventType.ExecutionTerminated, Input: reason });
}
