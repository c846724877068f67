import { describe, expect, it } from "@jest/globals";
import {
  activity,
  allOf,
  anyOf,
  childCompleted,
  completed,
  failed,
  kindsOf,
  raised,
  reenacted,
  resumed,
  scheduled,
  sent,
  signal,
  START,
  suspended,
  terminated,
  timerAt,
  timerCreated,
  timerFired,
  waitFor,
} from "./an-execution.ts";

const retried = (firstRetryIntervalInMilliseconds: unknown) => ({
  actionType: 1,
  functionName: "Work",
  retryOptions: { firstRetryIntervalInMilliseconds, maxNumberOfAttempts: 1 },
});
const DONE = { isDone: true, output: "result" };

describe("reenact()", () => {
  it("decides on the first activity when the execution starts", () => {
    expect(reenacted({ actions: [activity("Work", { n: 1 })] })).toEqual({
      decisions: [{ kind: "scheduleTask", id: 0, name: "Work", input: { n: 1 } }],
      completion: undefined,
      isSuspended: false,
      nextId: 1,
      releasedAfterFailure: false,
    });
  });

  it("decides on the next action when the one before has completed or failed, and only then", () => {
    const actions = [activity(), activity("Rest")];
    expect(kindsOf(reenacted({ actions, episodes: [[scheduled(0)]] }))).toEqual([]);
    expect(kindsOf(reenacted({ actions, episodes: [[scheduled(0)], [completed(0)]] }))).toEqual(["1 scheduleTask"]);
    expect(kindsOf(reenacted({ actions, episodes: [[scheduled(0)], [failed(0)]] }))).toEqual(["1 scheduleTask"]);
  });

  it("ignores a result that nobody waits for", () => {
    const episodes = [[scheduled(0)], [completed(0), completed(0), failed(7), childCompleted(9), timerFired(8)]];
    expect(kindsOf(reenacted({ actions: [activity(), activity()], episodes }))).toEqual(["1 scheduleTask"]);
  });

  it("completes with the output, under the next number", () => {
    const { completion, nextId } = reenacted({
      actions: [activity()],
      answer: DONE,
      episodes: [[scheduled(0)], [completed(0)]],
    });
    expect(completion).toEqual({ status: "Completed", output: "result" });
    expect(nextId).toBe(1);
  });

  it("completes an orchestrator that does nothing", () => {
    expect(reenacted({ answer: DONE }).completion).toEqual({ status: "Completed", output: "result" });
  });

  it("fails with the function's error and its failure details", () => {
    const failureDetails = {
      ErrorType: "E",
      ErrorMessage: "m",
      StackTrace: null,
      IsNonRetriable: false,
      Properties: null,
      InnerFailure: null,
    };
    expect(reenacted({ answer: { error: "broken", failureDetails } }).completion).toEqual({
      status: "Failed",
      error: "broken",
      failureDetails,
      isNonDeterministic: false,
    });
  });

  it("waits for ever when an orchestrator threw without a message", () => {
    expect(reenacted({ answer: { error: "" } }).completion).toBeUndefined();
  });

  it("goes on while a task is open that the orchestrator has forgotten", () => {
    const actions = [anyOf(activity(), timerAt(START + 1000))];
    const first = [scheduled(0), timerCreated(1)];
    expect(reenacted({ actions, answer: DONE, episodes: [first, [completed(0)]] }).completion).toBeUndefined();
    const { completion } = reenacted({ actions, answer: DONE, episodes: [first, [completed(0)], [timerFired(1)]] });
    expect(completion?.status).toBe("Completed");
  });

  it("fails only when no task is open", () => {
    const actions = [anyOf(activity(), activity())];
    const answer = { error: "broken" };
    const first = [scheduled(0), scheduled(1)];
    expect(reenacted({ actions, answer, episodes: [first, [failed(0)]] }).completion).toBeUndefined();
    expect(reenacted({ actions, answer, episodes: [first, [failed(0)], [completed(1)]] }).completion?.status).toBe(
      "Failed",
    );
  });

  it("terminates whatever is open, with the reason", () => {
    const { completion } = reenacted({ actions: [activity()], episodes: [[scheduled(0)], [terminated]] });
    expect(completion).toEqual({ status: "Terminated", reason: "enough" });
  });

  it("fails for an action of an unknown type", () => {
    const { completion } = reenacted({ actions: [{ actionType: 99 }] });
    expect(completion).toMatchObject({ error: "Cannot carry out an action of the unknown type 99" });
  });

  it("fails for an action it cannot read, and says which field", () => {
    const { completion } = reenacted({ actions: [{ actionType: 0, functionName: 7 }] });
    expect(completion).toMatchObject({
      error: `Cannot read "functionName" of an orchestrator's action: it is 7, expected text`,
    });
  });

  it.each([
    ["a retry without options", { actionType: 1, functionName: "Work" }, '"retryOptions"'],
    ["an interval that is no number", retried("soon"), '"firstRetryIntervalInMilliseconds"'],
    ["children that are no list", { actionType: 11, compoundActions: {} }, '"compoundActions"'],
    ["children that are no objects", { actionType: 12, compoundActions: [1] }, '"compoundActions"'],
    ["an empty lock set", { actionType: 13, lockSet: [] }, "the lock set is empty"],
  ])("fails for %s", (_, action, problem) => {
    expect(reenacted({ actions: [action] }).completion).toMatchObject({
      error: expect.stringContaining(problem) as unknown,
    });
  });

  it("fails with the first failure when tasks that are still open bring no other", () => {
    const actions = [allOf(activity(), activity("Nap"))];
    const { completion } = reenacted({ actions, episodes: [[scheduled(0)], [completed(0)]] });
    expect(completion).toMatchObject({ error: expect.stringContaining("The function 'Nap'") as unknown });
  });

  it("fails for an unknown function of each kind in the words of the Durable extension", () => {
    const errorOf = (action: object) => reenacted({ actions: [action as typeof signal] }).completion;
    expect(errorOf(activity("Nap"))).toMatchObject({
      error:
        "The function 'Nap' doesn't exist, is disabled, or is not an activity function. Additional info: " +
        "The following are the known activity functions: 'Work', 'Rest'.",
    });
    expect(errorOf({ actionType: 2, functionName: "Work" })).toMatchObject({
      error: expect.stringContaining("is not an orchestrator function") as unknown,
    });
    expect(errorOf({ ...signal, instanceId: "@none@one" })).toMatchObject({
      error: expect.stringContaining("is not an entity function") as unknown,
    });
  });

  it("finds functions without regard to case", () => {
    expect(kindsOf(reenacted({ actions: [activity("wORK")] }))).toEqual(["0 scheduleTask"]);
  });

  it("refuses an answer of a later schema version that has more than one list of actions", () => {
    const { completion } = reenacted({ answer: { actions: [[activity()], [activity()]] } });
    expect(completion).toMatchObject({
      error: "Cannot read an answer of schema version 3: it has 2 lists of actions, expected 1",
    });
  });

  describe("with answers of schema version 1", () => {
    const answer = { schemaVersion: 0, actions: [[signal, activity(), activity()], [signal], [activity()]] };
    it("starts a set at once and leaves it when the first task settles, fire-and-forget ones aside", () => {
      expect(kindsOf(reenacted({ answer }))).toEqual(["0 sendEvent", "1 scheduleTask", "2 scheduleTask"]);
      const episodes = [[sent(0), scheduled(1), scheduled(2)], [completed(2)]];
      expect(kindsOf(reenacted({ answer, episodes }))).toEqual(["3 sendEvent", "4 scheduleTask"]);
    });
  });

  describe("when suspended", () => {
    it("neither decides nor takes results until it is resumed", () => {
      const actions = [activity(), activity("Rest")];
      const episodes = [[scheduled(0)], [suspended, completed(0)]];
      const during = reenacted({ actions, episodes });
      expect(kindsOf(during)).toEqual([]);
      expect(during.isSuspended).toBe(true);
      const after = reenacted({ actions, episodes: [...episodes, [resumed]] });
      expect(kindsOf(after)).toEqual(["1 scheduleTask"]);
      expect(after.isSuspended).toBe(false);
    });

    it("keeps decisions of the same episode for later", () => {
      const actions = [activity(), activity("Rest")];
      const episodes = [[scheduled(0)], [completed(0), suspended]];
      expect(kindsOf(reenacted({ actions, episodes }))).toEqual([]);
      expect(kindsOf(reenacted({ actions, episodes: [...episodes, [suspended], [resumed]] }))).toEqual([
        "1 scheduleTask",
      ]);
    });

    it("does not complete before it is resumed", () => {
      const episodes = [[scheduled(0)], [completed(0), suspended]];
      expect(reenacted({ actions: [activity()], answer: DONE, episodes }).completion).toBeUndefined();
      const { completion } = reenacted({ actions: [activity()], answer: DONE, episodes: [...episodes, [resumed]] });
      expect(completion?.status).toBe("Completed");
    });

    it("can be terminated", () => {
      const episodes = [[scheduled(0)], [suspended], [terminated]];
      expect(reenacted({ actions: [activity()], episodes }).completion?.status).toBe("Terminated");
    });
  });

  describe("when the orchestrator continues as new", () => {
    const again = { actionType: 4, input: '"x"' };
    it("ends with the input as the SDK gives it", () => {
      expect(reenacted({ actions: [again], answer: { isDone: true } }).completion).toEqual({
        status: "ContinuedAsNew",
        input: '"x"',
        carriedOver: [],
      });
    });

    it("carries over events that arrive afterwards, and loses those that came before and were not waited for", () => {
      const episodes = [[raised("early"), raised("go"), raised("late"), raised("later")]];
      const { completion } = reenacted({ actions: [waitFor("go"), again], answer: { isDone: true }, episodes });
      expect(completion).toMatchObject({ carriedOver: [{ Name: "late" }, { Name: "later" }] });
    });

    it("waits for open tasks, and goes on carrying events over", () => {
      const actions = [anyOf(activity(), waitFor("go")), again];
      const answer = { isDone: true };
      const waiting = [[scheduled(0)], [raised("go")], [raised("more")]];
      expect(reenacted({ actions, answer, episodes: waiting }).completion).toBeUndefined();
      expect(reenacted({ actions, answer, episodes: [...waiting, [completed(0)]] }).completion).toMatchObject({
        status: "ContinuedAsNew",
        carriedOver: [{ Name: "more" }],
      });
    });

    it("fails all the same when the function threw afterwards", () => {
      expect(reenacted({ actions: [again], answer: { error: "broken" } }).completion?.status).toBe("Failed");
    });
  });

  describe("in proportion to history and actions", () => {
    const MANY = 10_000;
    const numbers = Array.from({ length: MANY }, (_, n) => n);
    it("follows a chain of 10,000 activities", () => {
      const episodes = [[], ...numbers.map((n) => [scheduled(n), completed(n)])];
      const { completion, nextId } = reenacted({ actions: numbers.map(() => activity()), answer: DONE, episodes });
      expect(completion?.status).toBe("Completed");
      expect(nextId).toBe(MANY);
    });

    it("sends 10,000 signals in one go", () => {
      expect(reenacted({ actions: numbers.map(() => signal) }).decisions).toHaveLength(MANY);
    });

    it.each([
      ["all", allOf],
      ["any", anyOf],
    ])("waits for %s of 10,000 children that settle at once", (_, compound) => {
      const actions = [compound(...numbers.map(() => activity()))];
      const episodes = [numbers.map((n) => scheduled(n)), numbers.map((n) => completed(n))];
      expect(reenacted({ actions, answer: DONE, episodes }).completion?.status).toBe("Completed");
    });

    it("follows compounds nested 10,000 deep", () => {
      const actions = [numbers.reduce((inner) => allOf(inner), activity())];
      const { completion } = reenacted({ actions, answer: DONE, episodes: [[scheduled(0)], [completed(0)]] });
      expect(completion?.status).toBe("Completed");
    });

    it("serves 10,000 events that came early", () => {
      const episodes = [numbers.map(() => raised("go"))];
      const actions = [waitFor("last"), ...numbers.map(() => waitFor("go"))];
      const { completion } = reenacted({ actions, answer: DONE, episodes: [...episodes, [raised("last")]] });
      expect(completion?.status).toBe("Completed");
    });
  });
});
