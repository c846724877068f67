import type { HostContext } from "../host-context.ts";
import { createActivityTriggers } from "./activity/activity-triggers.ts";
import { createEntityTriggers } from "./entity/entity-triggers.ts";
import { createBlobTriggers } from "./blob/blob-triggers.ts";
import { createHttpTriggers } from "./http/http-triggers.ts";
import { createOrchestrationTriggers } from "./orchestration/orchestration-triggers.ts";
import { createQueueTriggers } from "./queue/queue-triggers.ts";
import { createTimerTriggers } from "./timer/timer-triggers.ts";
import type { TriggerExtension } from "./trigger-extension.ts";

/** Every kind of trigger. A new one is a folder here and a line in this list. HTTP comes last: its routes may catch all. */
export const triggerExtensions: readonly ((context: HostContext) => TriggerExtension)[] = [
  createQueueTriggers,
  createBlobTriggers,
  createTimerTriggers,
  createOrchestrationTriggers,
  createActivityTriggers,
  createEntityTriggers,
  createHttpTriggers,
];
