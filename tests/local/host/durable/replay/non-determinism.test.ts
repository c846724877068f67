import { describe, expect, it } from "@jest/globals";
import {
  activity,
  childCreated,
  completed,
  reenacted,
  scheduled,
  sent,
  signal,
  START,
  timerAt,
  timerCreated,
} from "./an-execution.ts";

const errorOf = (run: Parameters<typeof reenacted>[0]) => {
  const { completion, decisions } = reenacted(run);
  expect(decisions).toEqual([]);
  expect(completion).toMatchObject({ status: "Failed", isNonDeterministic: true, failureDetails: null });
  return completion?.status === "Failed" ? completion.error : "";
};

describe("reenact() of a history that the orchestrator no longer fits", () => {
  it("fails when the history has a task that was not asked for", () => {
    expect(errorOf({ episodes: [[scheduled(0)]] })).toBe(
      "Non-Deterministic workflow detected: A previous execution of this orchestration scheduled an activity with " +
        "sequence ID 0 and name 'Work', but the current replay execution hasn't (yet?) scheduled this task. " +
        "Was a change made to the orchestrator code after this instance had already started running?",
    );
  });

  it("fails when another kind of task has the number", () => {
    expect(errorOf({ actions: [timerAt(START)], episodes: [[scheduled(0)]] })).toContain("instead scheduled a timer");
    expect(errorOf({ actions: [activity()], episodes: [[timerCreated(0)]] })).toContain(
      "scheduled a timer with sequence ID 0, but the current replay execution instead scheduled an activity and name 'Work'",
    );
    expect(errorOf({ actions: [activity()], episodes: [[childCreated(0)]] })).toContain("a sub-orchestration");
    expect(errorOf({ actions: [activity()], episodes: [[sent(0)]] })).toContain("a message to an entity");
  });

  it("fails when a function of another name has the number, and compares names without regard to case", () => {
    expect(errorOf({ actions: [activity("Rest")], episodes: [[scheduled(0, "Work")]] })).toContain("name 'Rest'");
    expect(errorOf({ actions: [signal], episodes: [[sent(0, "release")]] })).toContain("name 'op'");
    const { completion } = reenacted({ actions: [activity("Work")], episodes: [[scheduled(0, "WORK")]] });
    expect(completion).toBeUndefined();
  });

  it("fails at once, with tasks open", () => {
    const run = { actions: [activity(), activity()], episodes: [[scheduled(0)], [completed(0), scheduled(1, "Rest")]] };
    expect(errorOf(run)).toContain("sequence ID 1");
  });
});
