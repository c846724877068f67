import { describe, expect, it } from "@jest/globals";
import { activity, allOf, anyOf, completed, failed, kindsOf, reenacted, scheduled } from "./an-execution.ts";

const first = [0, 1, 2].map((id) => scheduled(id));

describe("reenact() of Task.all and Task.any", () => {
  it("numbers children from left to right, and the nested where they stand", () => {
    const actions = [allOf(activity("Work"), anyOf(activity("Rest"), allOf(activity("Work"))), activity("Rest"))];
    const names = reenacted({ actions }).decisions.map((decision) => ("name" in decision ? decision.name : ""));
    expect(names).toEqual(["Work", "Rest", "Work", "Rest"]);
  });

  it("leaves Task.any with the first to settle, also by a failure", () => {
    const actions = [anyOf(activity(), activity(), activity()), activity("Rest")];
    expect(kindsOf(reenacted({ actions, episodes: [first, [completed(1)]] }))).toEqual(["3 scheduleTask"]);
    expect(kindsOf(reenacted({ actions, episodes: [first, [failed(2)]] }))).toEqual(["3 scheduleTask"]);
  });

  it("leaves Task.all when all have settled, also when one has failed", () => {
    const actions = [allOf(activity(), activity(), activity()), activity("Rest")];
    const episodes = [first, [failed(0)], [completed(1)]];
    expect(kindsOf(reenacted({ actions, episodes }))).toEqual([]);
    expect(kindsOf(reenacted({ actions, episodes: [...episodes, [completed(2)]] }))).toEqual(["3 scheduleTask"]);
  });

  it("goes through nested ones", () => {
    const actions = [allOf(anyOf(activity(), activity()), activity()), activity("Rest")];
    expect(kindsOf(reenacted({ actions, episodes: [first, [completed(1), completed(2)]] }))).toEqual([
      "3 scheduleTask",
    ]);
  });

  it("fails for any of nothing", () => {
    expect(reenacted({ actions: [anyOf()] }).completion?.status).toBe("Failed");
    expect(kindsOf(reenacted({ actions: [allOf(), activity()] }))).toEqual(["0 scheduleTask"]);
  });
});
