/** Random orchestrations: what they do, written down, so that it can be run by the SDK and read as a plain program. */
import fc from "fast-check";
import type { Order } from "./toy-hub.ts";

export type Plan =
  | { readonly does: "activity" | "subOrchestration" | "entity"; readonly order: Order }
  | {
      readonly does: "retriedActivity" | "retriedSubOrchestration";
      readonly order: Order;
      readonly attempts: number;
    }
  | { readonly does: "timer"; readonly seconds: number }
  | { readonly does: "event"; readonly name: string }
  | { readonly does: "signal" }
  | { readonly does: "http"; readonly label: string; readonly polls: number }
  | { readonly does: "all" | "any"; readonly of: readonly Plan[]; readonly cancels: boolean }
  | { readonly does: "lock"; readonly keys: readonly string[]; readonly body: readonly Plan[] };

const DAY = 24 * 3600;
const label = fc.uuid();
const failing = fc.record({ label, failures: fc.constantFrom(0, 0, 99) });
const succeeding = fc.record({ label, failures: fc.constant(0) });
const flaky = fc.record({ label, failures: fc.nat(3) });

const call = (order: fc.Arbitrary<Order>): fc.Arbitrary<Plan> =>
  fc.record({ does: fc.constantFrom("activity" as const, "subOrchestration" as const, "entity" as const), order });
const retried = (options: { mayFail: boolean }): fc.Arbitrary<Plan> =>
  fc.record({
    does: fc.constantFrom("retriedActivity" as const, "retriedSubOrchestration" as const),
    order: flaky,
    attempts: options.mayFail ? fc.integer({ min: 1, max: 4 }) : fc.constant(4),
  });
const timer = (longest: number): fc.Arbitrary<Plan> =>
  fc.record({ does: fc.constant("timer" as const), seconds: fc.integer({ min: 1, max: longest }) });
const event: fc.Arbitrary<Plan> = fc.record({ does: fc.constant("event" as const), name: fc.constantFrom("a", "b") });
const signal: fc.Arbitrary<Plan> = fc.constant({ does: "signal" });
const http: fc.Arbitrary<Plan> = fc.record({ does: fc.constant("http" as const), label, polls: fc.nat(3) });

function nested(leaf: fc.Arbitrary<Plan>, cancels: fc.Arbitrary<boolean>): fc.Arbitrary<Plan> {
  return fc.letrec<{ plan: Plan; compound: Plan }>((tie) => ({
    plan: fc.oneof({ maxDepth: 3 }, leaf, tie("compound")),
    compound: fc.record({
      does: fc.constantFrom("all" as const, "any" as const),
      of: fc.array(tie("plan"), { minLength: 1, maxLength: 4 }),
      cancels,
    }),
  })).compound;
}

const locked: fc.Arbitrary<Plan> = fc
  .uniqueArray(fc.constantFrom("x", "y", "z"), { minLength: 1 })
  .chain((keys) =>
    fc.record({
      does: fc.constant("lock" as const),
      keys: fc.constant(keys),
      body: fc.array(fc.oneof(timer(60), event, call(succeeding)), { maxLength: 3 }),
    }),
  )
  .filter((plan) => plan.body.every((step) => step.does !== "subOrchestration")); // The SDK refuses those.

/**
 * Here the SDK and the platform may come to a place in the program at different events (a Task.all goes on at its first
 * failure in one only, a cancelled timer counts as over in the other only), so nothing is at work in parallel that takes
 * numbers later on: the platform itself goes wrong there.
 */
export const unevenPlans = fc.record({
  steps: fc.array(
    fc.oneof(
      call(failing),
      retried({ mayFail: true }),
      timer(60),
      event,
      signal,
      http,
      locked,
      nested(fc.oneof(call(failing), timer(60), event), fc.boolean()),
    ),
    { maxLength: 6 },
  ),
  suspends: fc.boolean(),
});

/** Here both come everywhere at the same event, and so retries and long timers may go on beside everything else. */
export const evenPlans = fc.record({
  steps: fc.array(
    fc.oneof(
      call(failing),
      retried({ mayFail: true }),
      timer(30 * DAY),
      event,
      signal,
      locked,
      nested(fc.oneof(call(succeeding), retried({ mayFail: false }), timer(30 * DAY), event), fc.constant(false)),
    ),
    { maxLength: 6 },
  ),
  suspends: fc.constant(false),
});

/** The names of all events a plan waits for, as often as it does. */
export function eventsOf(plans: readonly Plan[]): readonly string[] {
  return plans.flatMap((plan) => {
    if (plan.does === "event") return [plan.name];
    if (plan.does === "lock") return eventsOf(plan.body);
    return plan.does === "all" || plan.does === "any" ? eventsOf(plan.of) : [];
  });
}

/** Throws unless the value is one the plan can have come to. Failures are written `failed: <message>`. */
export function expectOutcome(plan: Plan, value: unknown): void {
  if (!isOutcome(plan, value)) throw new Error(`${JSON.stringify(value)} is not what ${JSON.stringify(plan)} comes to`);
}

function isOutcome(plan: Plan, value: unknown): boolean {
  switch (plan.does) {
    case "activity":
    case "subOrchestration":
      return value === (plan.order.failures === 0 ? plan.order.label : `failed: ${plan.order.label} \n failed`);
    case "entity":
      return value === (plan.order.failures === 0 ? plan.order.label : `failed: ${plan.order.label}`);
    case "retriedActivity":
    case "retriedSubOrchestration":
      return (
        value === (plan.order.failures < plan.attempts ? plan.order.label : `failed: ${plan.order.label} \n failed`)
      );
    case "timer":
    case "signal":
      return value === null;
    case "event":
      return value === plan.name;
    case "http":
      return value === plan.label;
    case "lock":
      return isList(value) && plan.body.every((step, index) => isOutcome(step, value[index]));
    case "any":
      return isWinner(plan.of, value);
    case "all":
      return isList(value)
        ? value.length === plan.of.length && plan.of.every((child, index) => isOutcome(child, value[index]))
        : plan.of.some((child) => isFailure(value) && (isOutcome(child, value) || isInnerFailure(child, value)));
  }
}

/** Task.any comes to one of its tasks: `[index, its result]`; the error's text when it failed. */
function isWinner(plans: readonly Plan[], value: unknown): boolean {
  if (!isList(value)) return false;
  const winner = plans[Number(value[0])];
  return winner !== undefined && isOutcome(winner, value[1]);
}

function isInnerFailure(plan: Plan, value: unknown): boolean {
  return (plan.does === "all" || plan.does === "any") && plan.of.some((child) => isOutcome(child, value));
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isFailure = (value: unknown): boolean => typeof value === "string" && value.startsWith("failed: ");
