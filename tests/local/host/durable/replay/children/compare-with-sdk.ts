/** Runs random orchestrations with the real SDK. Exits with 0 when all went as they should, else reports the smallest that did not. */
import fc from "fast-check";
import type { Action, Decision } from "../../../../../../local/host/durable/replay/decision.ts";
import { evenPlans, eventsOf, expectOutcome, unevenPlans } from "../sdk/plan.ts";
import { orchestratorOf } from "../sdk/run-plan.ts";
import { runToTheEnd, type Order, type ToyRun } from "../sdk/toy-hub.ts";

const KINDS: Readonly<Record<number, Decision["kind"]>> = {
  0: "scheduleTask",
  1: "scheduleTask",
  2: "createSubOrchestration",
  3: "createSubOrchestration",
  5: "createTimer",
  7: "sendEvent",
  8: "scheduleTask",
  9: "sendEvent",
  13: "sendEvent",
  14: "sendEvent",
};

const [, , seed = "1", runs = "100"] = process.argv;

for (const plans of [evenPlans, unevenPlans]) {
  const property = fc.asyncProperty(plans, fc.infiniteStream(fc.nat()), async ({ steps, suspends }, numbers) => {
    const chance = (limit: number): number => Number(numbers.next().value) % limit;
    const run = await runToTheEnd(orchestratorOf(steps), null, { chance, events: eventsOf(steps), suspends });
    if (run.completion.status !== "Completed") throw new Error(JSON.stringify(run.completion));
    const results = run.completion.output as readonly unknown[];
    steps.forEach((step, index) => {
      expectOutcome(step, results[index]);
    });
    expectSameNumbers(run);
  });
  const details = await fc.check(property, { seed: Number(seed), numRuns: Number(runs) });
  if (details.failed) {
    console.error(fc.defaultReportMessage(details), details.errorInstance);
    process.exitCode = 1;
  }
}

/** What the SDK has not seen any more, because its function had returned, has later numbers than all it has seen. */
function expectSameNumbers({ decisions, sdkNumbers }: ToyRun): void {
  for (const [id, action] of sdkNumbers) {
    const decision = decisions.get(id);
    if (decision === undefined || !isSame(decision, action))
      throw new Error(`Task ${id} is ${JSON.stringify(action)} for the SDK, ${JSON.stringify(decision)} for us`);
  }
  for (const id of decisions.keys()) {
    if (id < sdkNumbers.size && !sdkNumbers.has(id)) throw new Error(`The SDK does not know of task ${id}`);
  }
}

function isSame(decision: Decision, action: Action | undefined): boolean {
  if (action === undefined) return decision.kind !== "sendEvent"; // A retry's further calls and timers.
  if (KINDS[action.actionType] !== decision.kind) return false;
  const order = action["input"] as Order | undefined;
  if (decision.kind === "sendEvent") return order === undefined || decision.input.includes(order.label);
  return !("input" in decision) || order === undefined || (decision.input as Order).label === order.label;
}
