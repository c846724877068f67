import { describe, expect, it } from "@jest/globals";
import type { Action } from "../../../../../local/host/durable/replay/decision.ts";
import {
  activity,
  childCreated,
  childFailed,
  completed,
  failed,
  kindsOf,
  reenacted,
  scheduled,
  START,
  timerCreated,
  timerFired,
  type Episode,
} from "./an-execution.ts";

const HOUR_MS = 3600_000;
const ACTIVITY: Action = { actionType: 1, functionName: "Work" };

function retrying(options: object = {}, action: Action = ACTIVITY): readonly Action[] {
  const retryOptions = { firstRetryIntervalInMilliseconds: 1000, maxNumberOfAttempts: 9, ...options };
  return [{ ...action, retryOptions }, activity("Rest")];
}

/** Attempts that fail, an hour apart: activity 0, timer 1, activity 2, timer 3, … without the timer after the last. */
function failures(count: number): readonly Episode[] {
  return [[], ...Array.from({ length: count }, (_, n) => episodeOf(n * 2, n + 1 < count))];
}

function episodeOf(id: number, goesOn: boolean): Episode {
  const attempt = [scheduled(id), failed(id)];
  return goesOn ? [...attempt, timerCreated(id + 1), timerFired(id + 1)] : attempt;
}

/** How long after the failure, at the given attempt, the next timer fires. */
function delayAfter(count: number, options: object): number {
  const { decisions } = reenacted({ actions: retrying(options), episodes: failures(count) });
  const [timer] = decisions;
  expect(timer).toMatchObject({ kind: "createTimer", id: count * 2 - 1 });
  return timer?.kind === "createTimer" ? timer.fireAt - (START + count * HOUR_MS) : NaN;
}

describe("reenact() of calls with retry", () => {
  it("calls again under a new number after a timer", () => {
    const episodes = [[scheduled(0)], [failed(0), timerCreated(1)], [timerFired(1)]];
    expect(kindsOf(reenacted({ actions: retrying(), episodes }))).toEqual(["2 scheduleTask"]);
  });

  it("goes on after the first success", () => {
    const episodes = [[scheduled(0)], [failed(0), timerCreated(1)], [timerFired(1), scheduled(2)], [completed(2)]];
    expect(reenacted({ actions: retrying(), episodes }).decisions).toMatchObject([{ id: 3, name: "Rest" }]);
  });

  it("waits the first interval before each attempt", () => {
    expect([1, 2, 3].map((count) => delayAfter(count, {}))).toEqual([1000, 1000, 1000]);
  });

  it("multiplies the delay by the coefficient from failure to failure, up to the longest interval", () => {
    const options = { backoffCoefficient: 2.5, maxRetryIntervalInMilliseconds: 6000 };
    expect([1, 2, 3, 4].map((count) => delayAfter(count, options))).toEqual([1000, 2500, 6000, 6000]);
  });

  it("waits six days at most when no longest interval is given", () => {
    expect(delayAfter(4, { backoffCoefficient: 1e6 })).toBe(6 * 24 * HOUR_MS);
  });

  it("makes a timer that fires at once after the last failure, and goes on when it has fired", () => {
    const options = { maxNumberOfAttempts: 2 };
    expect(delayAfter(2, options)).toBe(0);
    const episodes = [...failures(2), [timerCreated(3), timerFired(3)]];
    expect(reenacted({ actions: retrying(options), episodes }).decisions).toMatchObject([{ id: 4, name: "Rest" }]);
  });

  it("makes no timer when the time is over, for which the SDK waits in vain", () => {
    const within = { retryTimeoutInMilliseconds: 1.5 * HOUR_MS };
    expect(delayAfter(1, within)).toBe(1000);
    const { decisions } = reenacted({ actions: retrying(within).slice(0, 1), episodes: failures(2) });
    expect(decisions).toEqual([]);
  });

  it("calls nothing when no attempt is allowed", () => {
    const { decisions } = reenacted({ actions: retrying({ maxNumberOfAttempts: 0 }).slice(0, 1) });
    expect(decisions).toEqual([]);
  });

  it("gives each attempt of a sub-orchestration an instance of its own, unless it was given an id", () => {
    const child = { actionType: 3, functionName: "Child" };
    const episodes = [[childCreated(0)], [childFailed(0), timerCreated(1)], [timerFired(1)]];
    const decide = (more: object) => reenacted({ actions: retrying({}, { ...child, ...more }), episodes }).decisions;
    expect(decide({})).toMatchObject([{ kind: "createSubOrchestration", id: 2, instanceId: "execution:2" }]);
    expect(decide({ instanceId: "mine" })).toMatchObject([{ id: 2, instanceId: "mine" }]);
  });
});
