import { EventType } from "../history/history-event.ts";
import type { Hub } from "../hub.ts";
import { standingOf } from "./instance-standing.ts";
import type { Standing } from "./instance-standing.ts";
import { fromOutside, sendToInstance } from "./send-to-instance.ts";

/** The standing afterwards, or that this cannot be asked of an orchestration in its state. */
export type SuspensionOutcome = Standing | { readonly kind: "wrongState"; readonly status: string };

/** Makes an orchestration stop going on until it is resumed. One that is suspended already is in the wrong state. */
export async function suspendInstance(hub: Hub, id: string, reason: string | null): Promise<SuspensionOutcome> {
  const standing = standingOf(hub, id);
  if (standing.kind === "live" && standing.status === "Suspended") return { ...standing, kind: "wrongState" };
  return sendToInstance(hub, id, { ...fromOutside(), EventType: EventType.ExecutionSuspended, Reason: reason });
}
