import { describe, expect, it } from "@jest/globals";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";
import { orchestrationsOf } from "./support/orchestrations.ts";

describe.each(moduleSystems)("orchestrations (%s)", (moduleSystem) => {
  const host = useConformanceHost(moduleSystem);
  const orchestrations = orchestrationsOf(host);

  describe("data", () => {
    it.each([
      ["text", "plain ä \u2028 text"],
      ["text that is JSON", "123"],
      ["text that is JSON of an object", '{"a":1}'],
      ["an empty text", ""],
      ["a number", 12.5],
      ["zero", 0],
      ["false", false],
      ["a list", [1, "two", null, [3]]],
      ["an object", { a: { b: [true] }, ü: "ö" }],
    ])("goes through unchanged: %s", async (_what, value) => {
      expect(await orchestrations.outputOf("roundTrip", value)).toEqual({ input: value, echoed: value });
    });

    it("may be null", async () => {
      expect(await orchestrations.outputOf("roundTrip", null)).toEqual({ input: "none", echoed: "none" });
    });

    it("is an empty text when the client was given none: its HTTP library sends that as JSON", async () => {
      expect(await orchestrations.outputOf("roundTrip")).toEqual({ input: "", echoed: "" });
    });

    it("may be long", async () => {
      const value = "x".repeat(300_000);
      expect(await orchestrations.outputOf("roundTrip", value)).toEqual({ input: value, echoed: value });
    });
  });

  it("see the same ids and times in each replay (R-263)", async () => {
    const output = await orchestrations.outputOf("determinism");
    const { first, again, isLater } = output as { first: string[]; again: string; isLater: boolean };
    expect(new Set([...first, again]).size).toBe(3);
    for (const id of [...first, again]) expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(isLater).toBe(true);
    expect(output).toMatchObject({ isReplaying: false });
  });

  describe("races", () => {
    it("are won by the first task", async () => {
      expect(await orchestrations.outputOf("fastest")).toEqual({ index: 1, result: 5 });
    });

    it("are won by a timer when nothing else comes", async () => {
      expect(await orchestrations.outputOf("timerWins")).toBe("timer");
    });

    it("may be between groups", async () => {
      expect(await orchestrations.outputOf("fastestPair")).toEqual([1, 2]);
    });

    it("do not lose the loser's result", async () => {
      expect(await orchestrations.outputOf("loserLater")).toBe(60);
    });
  });

  it("that wait for all fail with the one that fails", async () => {
    expect(await orchestrations.outputOf("oneOfAllFails")).toContain("failed because of all");
  });

  describe("events", () => {
    it("of one name come in order", async () => {
      const started = await orchestrations.start("collectEvents", { names: ["A", "A", "A"] });
      for (const value of [1, "two", { three: 3 }]) await orchestrations.raise(started, "A", value);
      expect(await orchestrations.ended(started)).toMatchObject({ output: [1, "two", { three: 3 }] });
    });

    it("wait for who waits for them later, in whichever order they came", async () => {
      const started = await orchestrations.start("collectEvents", { names: ["A", "B"] });
      await orchestrations.raise(started, "B", "for B");
      await orchestrations.raise(started, "A", "for A");
      expect(await orchestrations.ended(started)).toMatchObject({ output: ["for A", "for B"] });
    });

    it("that come while an activity runs are kept", async () => {
      const started = await orchestrations.start("eventsFirst");
      for (const [name, value] of [
        ["Go", 0],
        ["Data", 1],
        ["Data", 2],
      ] as const)
        await orchestrations.raise(started, name, value);
      expect(await orchestrations.ended(started)).toMatchObject({ output: [1, 2] });
    });

    it("may be waited for together", async () => {
      const started = await orchestrations.start("allEvents");
      await orchestrations.raise(started, "Right", "r");
      await orchestrations.raise(started, "Left", "l");
      expect(await orchestrations.ended(started)).toMatchObject({ output: ["l", "r"] });
    });
  });

  describe("generations", () => {
    it("begin anew with an empty history (R-268)", async () => {
      const started = await orchestrations.start("generations", { generation: 1, last: 5 });
      expect(await orchestrations.ended(started)).toMatchObject({
        output: { generation: 5 },
        input: { generation: 5, last: 5 },
      });
      expect(await orchestrations.history(started)).toEqual([
        "ExecutionStarted",
        "TaskCompleted",
        "ExecutionCompleted",
      ]);
    });

    it("take an event each", async () => {
      const started = await orchestrations.start("eventPerGeneration", { wanted: 3, got: [] });
      for (const value of [1, 2, 3]) {
        await orchestrations.raise(started, "Next", value);
        await orchestrations.waitFor(
          started,
          ({ customStatus }) => isDeepEqual(customStatus, { got: value }),
          "an event",
        );
      }
      expect(await orchestrations.ended(started)).toMatchObject({ output: [1, 2, 3] });
    });
  });

  it("tell a status of their own while they run", async () => {
    const started = await orchestrations.start("tellingStatus");
    const waiting = { step: "waiting", fraction: 0.5 };
    await orchestrations.waitFor(started, ({ customStatus }) => isDeepEqual(customStatus, waiting), "the first status");
    await orchestrations.raise(started, "Continue");
    expect(await orchestrations.ended(started)).toMatchObject({ customStatus: "nearly done", output: "done" });
  });

  describe("versions", () => {
    it("are kept from the start; host.json gives one to those started without (R-270)", async () => {
      expect(await orchestrations.outputOf("versioned")).toBe("as it is now");
      const { output } = await orchestrations.run("versioned", undefined, { version: "1.0" });
      expect(output).toBe("as it was in version 1");
    });

    it("that are newer than the app's are left to an app that is newer", async () => {
      const newer = await orchestrations.start("versioned", undefined, { version: "3.0" });
      await orchestrations.outputOf("versioned");
      expect(await orchestrations.status(newer)).toMatchObject({ runtimeStatus: "Pending" });
    });
  });

  describe("sub-orchestrations", () => {
    it("have ids and versions of their own or given ones, and know their parent", async () => {
      const { output, instanceId } = await orchestrations.run("parent");
      const child = (doubled: number) => ({ doubled, parent: instanceId, id: expect.any(String) });
      expect(output).toEqual({
        byItself: { ...child(2), version: "2.0" },
        named: { ...child(4), id: `${instanceId}-named`, version: "1.5" },
        parallel: [
          { ...child(6), version: "2.0" },
          { ...child(8), id: `${instanceId}-fourth`, version: "2.0" },
        ],
      });
    });

    it("are tried again, and their failure reaches the parent", async () => {
      expect(await orchestrations.outputOf("parentOfFailing")).toEqual({
        retried: "at last",
        byName: "at last",
        error: expect.stringMatching(/failingChild[^]*failed[^]*failUntil/),
      });
    });
  });
});

function isDeepEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
