import { resumeInstance } from "../client/resume-instance.ts";
import { rewindInstance } from "../client/rewind-instance.ts";
import { suspendInstance } from "../client/suspend-instance.ts";
import type { SuspensionOutcome } from "../client/suspend-instance.ts";
import { terminateInstance } from "../client/terminate-instance.ts";
import { refusal } from "./answer.ts";
import type { Answer } from "./answer.ts";
import type { ManagementCall } from "./management-call.ts";
import { answerStanding } from "./raise-event.ts";

/** `POST /instances/{id}/terminate?reason=` */
export async function terminate({ hub, path, query }: ManagementCall): Promise<Answer> {
  return answerStanding(await terminateInstance(hub, path["id"] ?? "", query.text("reason") ?? null));
}

/** `POST /instances/{id}/suspend?reason=` */
export async function suspend({ hub, path, query }: ManagementCall): Promise<Answer> {
  const id = path["id"] ?? "";
  return answerSuspension(
    await suspendInstance(hub, id, query.text("reason") ?? null),
    `suspend the orchestration instance ${id}`,
  );
}

/** `POST /instances/{id}/resume?reason=` */
export async function resume({ hub, path, query }: ManagementCall): Promise<Answer> {
  const id = path["id"] ?? "";
  return answerSuspension(
    await resumeInstance(hub, id, query.text("reason") ?? null),
    `resume the orchestration instance ${id}`,
  );
}

/** `POST /instances/{id}/rewind?reason=` */
export async function rewind({ hub, path, query }: ManagementCall): Promise<Answer> {
  const id = path["id"] ?? "";
  const outcome = await rewindInstance(hub, id, query.text("reason") ?? null);
  if (outcome.wasFailed) return answerStanding(outcome);
  if (outcome.kind === "absent") return { status: 404, body: `No orchestration with instance ID "${id}" found.` };
  const body = `This orchestration has status ${outcome.status}, but only orchestrations in the "Failed" state can be rewound.`;
  return { status: 412, body };
}

/** The extension answers a wrong state as it does any failure of its own. */
function answerSuspension(outcome: SuspensionOutcome, action: string): Answer {
  if (outcome.kind !== "wrongState") return answerStanding(outcome);
  const cause = `Cannot ${action} because instance is in the ${outcome.status} state.`;
  return refusal(500, "Something went wrong while processing your request", cause);
}
