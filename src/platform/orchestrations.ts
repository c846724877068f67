import type { InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import type { DurableClient } from "durable-functions";
import { MillraceError } from "./errors.ts";

/** Whether an instance will still do something: `gone` when it has ended, or there is none. */
export type InstanceState = "alive" | "gone";

/** The orchestrations of this app, in its task hub. Their management addresses stay in here: who has one can do anything. */
export interface Orchestrations {
  /** Calm when the instance runs already. */
  start(instance: { readonly name: string; readonly id: string; readonly input: unknown }): Promise<void>;
  state(instanceId: string): Promise<InstanceState>;
  /** Tells a waiting instance something; calm when it has ended or is not there. */
  raise(instanceId: string, event: string, data: unknown): Promise<void>;
  /** Calm when it has ended or is not there. */
  terminate(instanceId: string, reason: string): Promise<void>;
  /** Removes the histories of instances that were begun before this time and have ended. Returns how many there were. */
  purgeBefore(time: Date): Promise<number>;
}

/** What a function that needs the task hub lists under its `extraInputs`. */
export const TASK_HUB = df.input.durableClient();

/** @param context of a function that has the task hub among its inputs */
export function orchestrationsOf(context: InvocationContext): Orchestrations {
  return createOrchestrations(df.getClient(context));
}

const ALIVE: ReadonlySet<string> = new Set(["Running", "Pending", "ContinuedAsNew", "Suspended"]);
const ENDED = ["Completed", "Failed", "Terminated", "Canceled"];
/** Before there were orchestrations. */
const LONG_AGO = new Date("2020-01-01T00:00:00.000Z");

/** @throws MillraceError STORAGE_UNAVAILABLE from every method when the task hub cannot do its part */
export function createOrchestrations(client: DurableClient): Orchestrations {
  return {
    async start({ name, id, input }) {
      await asked(client.startNew(name, { instanceId: id, input }), { calmAt: 409 });
    },
    async state(instanceId) {
      const options = { showHistory: false, showHistoryOutput: false, showInput: false };
      const status = await asked(client.getStatus(instanceId, options), { calmAt: 404 });
      return status && ALIVE.has(status.runtimeStatus) ? "alive" : "gone";
    },
    async raise(instanceId, event, data) {
      await asked(client.raiseEvent(instanceId, event, data), { calmAt: 404 });
    },
    async terminate(instanceId, reason) {
      await asked(client.terminate(instanceId, reason), { calmAt: 404 });
    },
    async purgeBefore(time) {
      const filter = { createdTimeFrom: LONG_AGO, createdTimeTo: time, runtimeStatus: ENDED as never };
      return (await asked(client.purgeInstanceHistoryBy(filter), { calmAt: 404 }))?.instancesDeleted ?? 0;
    },
  };
}

/** The SDK tells of every status that it does not expect in a sentence, and of 404 in others. */
async function asked<Answer>(
  answer: Promise<Answer>,
  { calmAt }: { readonly calmAt: 404 | 409 },
): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const is404 = /HTTP 404|No instance with ID/.test(message);
    if (message.includes(`status code: ${calmAt}`) || (calmAt === 404 && is404)) return undefined;
    throw new MillraceError("STORAGE_UNAVAILABLE", "The task hub did not do its part", { cause: thrown });
  }
}

/** For who has no client of the task hub at hand: what must be asked of it is asked again later, by somebody who has. */
export const NO_ORCHESTRATIONS: Orchestrations = {
  start: refuse,
  state: refuse,
  raise: refuse,
  terminate: refuse,
  purgeBefore: refuse,
};

async function refuse(): Promise<never> {
  throw new MillraceError("STORAGE_UNAVAILABLE", "There is no task hub at hand");
}
