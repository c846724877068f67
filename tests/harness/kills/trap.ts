import { isQuery } from "./fault-proxy.ts";
import type { Call, Moment, Rule, Verdict } from "./fault-proxy.ts";

/** A rule that does something to one call, and lets all others pass. */
export interface Trap {
  readonly rule: Rule;
  /** The call that it did something to, if the process came so far. */
  readonly sprung: () => Call | undefined;
}

export interface TrapOptions {
  /** Which call, counted from 1. */
  readonly nth: number;
  readonly moment: Moment;
  /** Told once, when the call is there. */
  readonly spring: () => Verdict | Promise<Verdict>;
}

/** Queries are not counted: a sweep asks every partition, and whoever dies at a question has done nothing yet. */
export function createTrap({ nth, moment, spring }: TrapOptions): Trap {
  const numbers = new Map<Call, number>();
  let sprung: Call | undefined;
  return {
    sprung: () => sprung,
    rule(call, at) {
      if (at === "before" && !isQuery(call)) numbers.set(call, numbers.size + 1);
      if (at !== moment || numbers.get(call) !== nth) return "go on";
      sprung = call;
      return spring();
    },
  };
}
