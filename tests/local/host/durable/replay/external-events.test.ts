import { describe, expect, it } from "@jest/globals";
import { activity, allOf, anyOf, kindsOf, raised, reenacted, timerAt, START, waitFor } from "./an-execution.ts";

describe("reenact() of external events", () => {
  it("takes no number for waiting", () => {
    expect(kindsOf(reenacted({ actions: [anyOf(waitFor("go"), timerAt(START))] }))).toEqual(["0 createTimer"]);
  });

  it("goes on when the event comes, whatever the case of its name", () => {
    const actions = [waitFor("go"), activity()];
    expect(kindsOf(reenacted({ actions, episodes: [[raised("stop")]] }))).toEqual([]);
    expect(kindsOf(reenacted({ actions, episodes: [[], [raised("GO")]] }))).toEqual(["0 scheduleTask"]);
  });

  it("keeps events that come early, each for one who waits", () => {
    const actions = [waitFor("first"), waitFor("go"), waitFor("go"), activity()];
    expect(kindsOf(reenacted({ actions, episodes: [[raised("go"), raised("first")]] }))).toEqual([]);
    const twice = [[raised("go"), raised("go"), raised("first")]];
    expect(kindsOf(reenacted({ actions, episodes: twice }))).toEqual(["0 scheduleTask"]);
  });

  it("serves the newest of several who wait first", () => {
    const abandoned = anyOf(waitFor("go"), waitFor("other"));
    const actions = [abandoned, waitFor("go"), activity()];
    expect(kindsOf(reenacted({ actions, episodes: [[raised("other"), raised("go")]] }))).toEqual(["0 scheduleTask"]);
  });

  it("needs as many events as wait in a Task.all", () => {
    const actions = [allOf(waitFor("go"), waitFor("go")), activity()];
    expect(kindsOf(reenacted({ actions, episodes: [[raised("go")]] }))).toEqual([]);
    expect(kindsOf(reenacted({ actions, episodes: [[raised("go"), raised("go")]] }))).toEqual(["0 scheduleTask"]);
  });
});
