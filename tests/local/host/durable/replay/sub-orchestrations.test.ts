import { describe, expect, it } from "@jest/globals";
import { activity, childCompleted, childCreated, kindsOf, reenacted } from "./an-execution.ts";

const child = (more: object = {}) => ({ actionType: 2, functionName: "Child", input: { n: 1 }, ...more });

describe("reenact() of sub-orchestrations", () => {
  it("creates an instance under the id, input and version it is given", () => {
    expect(reenacted({ actions: [child({ instanceId: "mine", version: "2.0" })] }).decisions).toEqual([
      { kind: "createSubOrchestration", id: 0, name: "Child", instanceId: "mine", input: { n: 1 }, version: "2.0" },
    ]);
  });

  it("makes an id of the parent's execution and the number when it is given none", () => {
    expect(reenacted({ actions: [child({ instanceId: " " })] }).decisions).toMatchObject([
      { instanceId: "execution:0", version: undefined },
    ]);
  });

  it("goes on when the child has ended", () => {
    const episodes = [[childCreated(0)], [childCompleted(0)]];
    expect(kindsOf(reenacted({ actions: [child(), activity()], episodes }))).toEqual(["1 scheduleTask"]);
  });

  it("refuses the ids of the instance itself, of its parent, and of entities", () => {
    const errorFor = (instanceId: string) =>
      reenacted({ actions: [child({ instanceId })], execution: { parentInstanceId: "parent" } }).completion;
    for (const taken of ["INSTANCE", "Parent"])
      expect(errorFor(taken)).toMatchObject({
        error:
          "The instance ID of a sub-orchestration must be different than the instance ID of a parent orchestration.",
      });
    expect(errorFor("@counter@one")).toMatchObject({ error: "Orchestration instance ids must not start with @" });
    expect(errorFor("another")).toBeUndefined();
  });
});
