import { EventType } from "../history/history-event.ts";
import type { Hub } from "../hub.ts";
import type { Instance } from "../state/instance.ts";
import { standingOf } from "./instance-standing.ts";
import type { Standing } from "./instance-standing.ts";
import { failedChildren, rewindHistory } from "./rewound-history.ts";
import { fromOutside } from "./send-to-instance.ts";

/**
 * Lets a failed orchestration run again from its failures on, its failed children too. Returns how it stands: "live" when
 * it was rewound; otherwise nothing has been done, because it had not failed.
 */
export async function rewindInstance(
  hub: Hub,
  id: string,
  reason: string | null,
): Promise<Standing & { wasFailed: boolean }> {
  const before = standingOf(hub, id);
  if (before.kind !== "ended" || before.status !== "Failed") return { ...before, wasFailed: false };
  const failed = new Map<string, Instance>();
  await collectFailed(hub, id, failed);
  const at = Date.now();
  const instances = Array.from(failed.values(), (instance) => rewound(instance, { failed, reason, at }));
  await hub.commit({ type: "instancesRewound", at, instances });
  return { ...standingOf(hub, id), wasFailed: true };
}

/** Gathers the instance and, below it, the children that have failed; parents come before children. */
async function collectFailed(hub: Hub, id: string, failed: Map<string, Instance>): Promise<void> {
  const instance = failed.has(id) ? undefined : await hub.load(id);
  if (instance?.status !== "Failed") return;
  failed.set(id, instance);
  for (const child of failedChildren(instance.history)) await collectFailed(hub, child, failed);
}

interface Rewinding {
  readonly failed: ReadonlyMap<string, Instance>;
  readonly reason: string | null;
  readonly at: number;
}

function rewound(instance: Instance, { failed, reason, at }: Rewinding): Instance {
  const isRewoundToo = (childId: string) =>
    failed.get(childId)?.parent?.OrchestrationInstance.InstanceId === instance.id;
  // It changes nothing in an orchestration that is not suspended, but wakes it, and shows in the history why.
  const event = { ...fromOutside(), EventType: EventType.ExecutionResumed, Reason: reason };
  const sequence = instance.nextSequence;
  return {
    ...instance,
    status: "Running",
    output: null,
    updatedAt: at,
    history: rewindHistory(instance.history, isRewoundToo),
    inbox: [...instance.inbox, { sequence, event }],
    nextSequence: sequence + 1,
  };
}
