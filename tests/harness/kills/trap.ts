import { describeCall } from "./fault-proxy.ts";
import type { Call, Moment, Rule, Verdict } from "./fault-proxy.ts";

/** One of the calls of a process, and whether it has been carried out. */
export interface Place {
  /** Which call, counted from 1. */
  readonly nth: number;
  readonly moment: Moment;
  /**
   * Which calls are counted; by default all but queries: a sweep asks every partition, and whoever dies at a question
   * has done nothing yet.
   */
  readonly among?: (call: Call) => boolean;
}

/** A rule that does something at one place, and lets all else pass. */
export interface Trap {
  readonly rule: Rule;
  /** Whether the process came there. */
  readonly isSprung: () => boolean;
  /** Where it is, for people. */
  readonly tell: () => string;
}

/** @param spring told once, when the process is there */
export function createTrap({ nth, moment, among = isNoQuery }: Place, spring: () => Verdict | Promise<Verdict>): Trap {
  const numbers = new Map<Call, number>();
  let sprung: Call | undefined;
  return {
    rule(call, at) {
      if (at === "before" && among(call)) numbers.set(call, numbers.size + 1);
      if (at !== moment || numbers.get(call) !== nth) return "go on";
      sprung = call;
      return spring();
    },
    isSprung: () => sprung !== undefined,
    tell: () => `${moment} call ${nth}${sprung ? `, ${describeCall(sprung)}` : ", which it did not make"}`,
  };
}

function isNoQuery({ service, method, path }: Call): boolean {
  return service !== "Table" || method !== "GET" || !path.includes("filter=");
}
