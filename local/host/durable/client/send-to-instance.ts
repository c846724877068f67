import type { HistoryEvent } from "../history/history-event.ts";
import type { Hub } from "../hub.ts";
import { standingOf } from "./instance-standing.ts";
import type { Standing } from "./instance-standing.ts";

/**
 * Sends an event to an orchestration that has not ended, and says how it stands afterwards: "live" means that the event
 * is in its inbox. Whatever ended meanwhile cannot have read it, because an episode that reads it begins after the commit.
 */
export async function sendToInstance(hub: Hub, id: string, event: HistoryEvent): Promise<Standing> {
  const before = standingOf(hub, id);
  if (before.kind !== "live") return before;
  await hub.commit({ type: "messageSent", at: Date.parse(event.Timestamp), message: { to: id, event } });
  return standingOf(hub, id);
}

/** What every event from outside begins with. */
export function fromOutside(): { readonly EventId: -1; readonly Timestamp: string } {
  return { EventId: -1, Timestamp: new Date().toISOString() };
}
