import { describe, expect, it } from "@jest/globals";
import type { PlannedBatch, PlannedItem } from "../../batches/planned-batch.ts";
import { BATCH, FINAL, aBatchWalk } from "./a-batch-walk.ts";
import type { Again, Script } from "./a-batch-walk.ts";
import type { BatchEvent } from "./batch-history.ts";
import { checkBatch } from "./check-batches.ts";

const item = (key: string, dependsOn: readonly string[], takes = dependsOn): PlannedItem => ({
  ...{ key, dependsOn, takes, mood: "quick", varies: false, needs: undefined },
});
/** `b` and `c` depend on `a`, and `d` on both. */
const diamond: PlannedBatch = {
  ...{ name: "b", policy: "skip_dependents", hasFinally: false },
  items: [item("a", []), item("b", ["a"]), item("c", ["a"]), item("d", ["b", "c"])],
};
const ITEMS = ["a", "b", "c", "d"];
const loading: Script = [[BATCH, "loading"], ...ITEMS.map((key) => [key, "blocked"] as const), [BATCH, "open"]];
const works = (key: string, end = "completed"): Script => [
  [key, "released"],
  [key, "a job"],
  [key, end],
];
const good: Script = [...loading, ...ITEMS.flatMap((key) => works(key)), [BATCH, "completed"]];
/** What is wrong when this happens after the items were loaded. */
const wrong = (script: Script, plan = diamond) => told(plan, [...loading, ...script]);
interface More extends Again {
  readonly notBefore?: number;
  readonly events?: readonly BatchEvent[];
}
function told(plan: PlannedBatch, script: Script, more: More = {}) {
  const found = checkBatch(aBatchWalk(plan, script, more), { notBefore: undefined, events: [], ...more });
  return found.map(({ kind, text }) => `${kind}: ${text}`);
}
const failing = { ...diamond, policy: "continue" } as const;

describe("checkBatch()", () => {
  it("finds nothing wrong with a batch that went as it should", () => {
    expect(told(diamond, good)).toEqual([]);
    const aFails: Script = [...works("a", "failed"), ["b", "skipped"], ["c", "skipped"], ["d", "skipped"]];
    expect(wrong([...aFails, [BATCH, "failed"]])).toEqual([]);
  });

  it("finds an item that was released, or had its job, before its parents had ended", () => {
    const early = wrong([...works("a"), ...works("b"), ["d", "released"], ...works("c"), [BATCH, "completed"]]);
    expect(early).toContainEqual(
      expect.stringContaining('early start: d was released at commit 12, when there were b "completed", c "blocked"'),
    );
    const job = wrong([...works("a"), ...works("b"), ["d", "a job"], ...works("c")]);
    expect(job).toContain("early start: d had its job at commit 12, before it was released");
  });

  it("finds an item that began although a parent failed, unless failures are no hindrance", () => {
    const script: Script = [...works("a"), ...works("b", "failed"), ...works("c"), ...works("d"), [BATCH, "failed"]];
    expect(wrong(script)).toContainEqual(expect.stringMatching(/^early start: d was released/));
    expect(wrong(script, { ...failing, items: diamond.items.map((each) => ({ ...each, takes: [] })) })).toEqual([]);
  });

  it("finds an item that was released twice, has two jobs, or goes back", () => {
    const again: Script = [["a", "released"], ["a", "blocked"], ...works("a")];
    expect(wrong(again)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('illegal walk: a: "released" of run 1 is followed by "blocked"'),
        expect.stringContaining("released twice: a was released 2 times in run 1"),
      ]),
    );
    const twice: Script = [
      ["a", "released"],
      ["a", "released"],
    ];
    expect(wrong(twice)).toContain('released twice: a became "released" again, at commit 7');
    expect(
      wrong([
        ["a", "released"],
        ["a", "a job"],
        ["a", "a job"],
      ]),
    ).toContainEqual(expect.stringMatching(/^duplicated: a has job_/));
    expect(wrong([...works("a"), ["a", "failed"]])).toContainEqual(
      expect.stringMatching(/^illegal walk: a: "completed"/),
    );
  });

  it("finds an item that was skipped before all its parents had ended", () => {
    expect(wrong([...works("a"), ...works("b", "failed"), ["d", "skipped"]])).toContain(
      "early end: d was skipped at commit 12, before c had ended",
    );
  });

  it("finds an item that was skipped although its parents completed, or released by nobody and at work", () => {
    expect(wrong([...works("a"), ["b", "skipped"]])).toContainEqual(
      expect.stringContaining('wrong end: b is "skipped", where it could be []'),
    );
    expect(wrong([["a", "a job"]])).toContainEqual(expect.stringMatching(/^unexpected: a began 1 times, released 0/));
  });

  it("misses the end of an item, and that of the batch", () => {
    expect(wrong(works("a"))).toEqual([
      'not ended: b is "blocked" when all is over',
      'not ended: c is "blocked" when all is over',
      'not ended: d is "blocked" when all is over',
      'not ended: b is "open" when all is over',
    ]);
  });

  it("finds a batch that ended twice, too early, or as something else", () => {
    expect(told(diamond, [...good, [BATCH, "completed"]])).toEqual([]);
    expect(told(diamond, [...good, [BATCH, "open"], [BATCH, "completed"]])).toEqual([]);
    expect(told(diamond, [...good.slice(0, -1), [BATCH, "failed"]])).toEqual([
      'wrong end: b is "failed" and not "completed"',
    ]);
    const early: Script = [...good.slice(0, -2), [BATCH, "completed"], ["d", "completed"]];
    expect(told(diamond, early)).toEqual(["early end: b ended at commit 17, before d"]);
  });

  it("finds a final job that came too early, twice or never", () => {
    const withFinal = { ...diamond, hasFinally: true };
    const final: Script = [
      [FINAL, "a job"],
      [FINAL, "completed"],
    ];
    expect(told(withFinal, [...good.slice(0, -1), ...final, [BATCH, "completed"]])).toEqual([]);
    expect(told(withFinal, good)).toEqual(["wrong end: b had 0 final jobs instead of 1"]);
    expect(told(withFinal, [...good, ...final])).toContainEqual(
      expect.stringMatching(/^early end: b ended at commit 18, before job_/),
    );
    expect(told(withFinal, [...good.slice(0, -2), ...final, ["d", "completed"], [BATCH, "completed"]])).toContain(
      "early start: b had its final job before d ended",
    );
  });

  it("finds an item that waited longer than is published, once nothing went wrong any more", () => {
    const slow = [...good, ...Array.from({ length: 200 }, () => [BATCH, "completed"] as const)];
    const late: Script = [...slow.slice(0, 12), ...slow.slice(19), ...slow.slice(12, 19)];
    expect(told(diamond, late, { notBefore: 0 })).toContainEqual(
      expect.stringMatching(/^late end: to decide on c took/),
    );
    expect(told(diamond, late, { notBefore: 200_000 })).not.toContainEqual(expect.stringMatching(/^late end/));
  });

  it("finds a payload that holds something else than what the parents came to", () => {
    const bFails: Script = [...works("a"), ...works("b", "failed"), ...works("c"), ...works("d"), [BATCH, "failed"]];
    expect(wrong(bFails, failing)).toEqual([
      expect.stringMatching(/^wrong result: d .* was given {"text":"quick b","edition":0} of b, not null$/),
    ]);
  });

  describe("of what ran again", () => {
    const varying = { ...diamond, items: diamond.items.map((each) => ({ ...each, varies: each.key === "a" })) };
    const again = (key: string, end = "completed"): Script => [
      [BATCH, "running"],
      [key, "released"],
      [key, "begins anew"],
      [key, end],
    ];
    const over: Script = [[BATCH, "completed"]];
    const wanted = (dependents: "keep" | "rerun_changed") => ({
      wanted: [{ key: "a", dependents, from: good.length, to: good.length + 3 }],
    });

    it("finds nothing wrong where all ran again that takes in something else, and nothing else did", () => {
      const changed = [...good, ...again("a"), ...again("b"), ...again("c"), ...over];
      expect(told(varying, changed, wanted("rerun_changed"))).toEqual([]);
      expect(told(diamond, [...good, ...again("a"), ...over], wanted("rerun_changed"))).toEqual([]);
      expect(told(varying, [...good, ...again("a"), ...over], wanted("keep"))).toEqual([]);
    });

    it("finds what ran again though nobody wanted that, or though it takes in the same", () => {
      const both = [...good, ...again("a"), ...again("b"), ...over];
      expect(told(varying, both, wanted("keep"))).toEqual([
        "unexpected: b ran again at commit 24, and nobody wanted that",
      ]);
      expect(told(diamond, both, wanted("rerun_changed"))).toEqual([
        expect.stringMatching(/^unexpected: b ran again at commit 24, made of what it was made of at commit/),
      ]);
    });

    it("finds what did not run again though it takes in something else", () => {
      expect(told(varying, [...good, ...again("a"), ...again("b"), ...over], wanted("rerun_changed"))).toEqual([
        expect.stringMatching(/^wrong result: c is made of a as .*"edition":0.* which is .*"edition":1/),
      ]);
    });

    it("lets an item follow its job that began by itself, and finds one that does not", () => {
      const fails: Script = [
        ["d", "begins anew"],
        ["d", "failed"],
        [BATCH, "failed"],
      ];
      expect(told(diamond, [...good, ...fails], { alone: ["d"] })).toEqual([]);
      expect(told(diamond, [...good, ...fails])).toContainEqual(expect.stringMatching(/^unexpected: d began 2 times/));
    });
  });

  it("finds a view whose numbers are not those of its items, that goes back, or is wrong at last", () => {
    const read = (status: string, state: string, counts: Readonly<Record<string, number>>): BatchEvent => ({
      ...{ at: 0, client: "c", commits: 99, name: "b", did: "read", batchId: "batch_1" },
      view: { status, counts, items: new Map(ITEMS.map((key) => [key, state])) },
    });
    expect(told(diamond, good, { events: [read("completed", "completed", { completed: 4 })] })).toEqual([]);
    expect(told(diamond, good, { events: [read("completed", "completed", { completed: 3, running: 1 })] })).toEqual([
      'books: b was shown {"completed":3,"running":1} at commit 99',
    ]);
    expect(told(diamond, good, { events: [read("completed", "completed", { completed: 3 })] })).toHaveLength(2);
    const back = [read("running", "completed", { completed: 4 }), read("completed", "running", { running: 4 })];
    expect(told(diamond, good, { events: back })).toContain(
      'read back in time: b: c saw a as "completed", then as "running"',
    );
    expect(told(diamond, good, { events: back })).toContain('untrue answer: b at last showed a as "running"');
  });
});
