import { EventType } from "../history/history-event.ts";
import type { Hub } from "../hub.ts";
import { standingOf } from "./instance-standing.ts";
import { fromOutside, sendToInstance } from "./send-to-instance.ts";
import type { SuspensionOutcome } from "./suspend-instance.ts";

/** Lets a suspended orchestration go on. One that is not suspended is in the wrong state. */
export async function resumeInstance(hub: Hub, id: string, reason: string | null): Promise<SuspensionOutcome> {
  const standing = standingOf(hub, id);
  if (standing.kind === "live" && standing.status !== "Suspended") return { ...standing, kind: "wrongState" };
  return sendToInstance(hub, id, { ...fromOutside(), EventType: EventType.ExecutionResumed, Reason: reason });
}
