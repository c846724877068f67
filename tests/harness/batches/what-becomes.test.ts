import { describe, expect, it } from "@jest/globals";
import { createRandom } from "../world/random.ts";
import { drawBatch } from "./draw-batch.ts";
import type { PlannedBatch, PlannedItem, Policy } from "./planned-batch.ts";
import { endOfBatch, inOrder, mayStart, whatBecomes } from "./what-becomes.ts";
import type { JobEnd } from "./what-becomes.ts";

const item = (key: string, dependsOn: readonly string[], changes: Partial<PlannedItem> = {}): PlannedItem => ({
  ...{ key, dependsOn, mood: "quick", varies: false, takes: [], needs: undefined },
  ...changes,
});
const batch = (policy: Policy, ...items: readonly PlannedItem[]): PlannedBatch => ({
  ...{ name: "b", policy, items, hasFinally: false },
});
const ends = (of: PlannedBatch, jobs: Readonly<Record<string, JobEnd>>, wasCancelled = false) =>
  Object.fromEntries(whatBecomes(of, { endOfJob: (key) => jobs[key], wasCancelled }));
const diamond = [item("a", []), item("b", ["a"]), item("c", ["a"]), item("d", ["b", "c"])];
const DRAWN = Array.from({ length: 200 }, (_, index) => drawBatch(createRandom(index), "b"));

describe("whatBecomes()", () => {
  it("skips what depends on a failure, however far behind it", () => {
    const far = batch("skip_dependents", ...diamond, item("e", ["d"]), item("f", []));
    expect(ends(far, { a: "completed", b: "failed", c: "completed", f: "completed" })).toEqual({
      ...{ a: ["completed"], b: ["failed"], c: ["completed"], f: ["completed"] },
      ...{ d: ["skipped"], e: ["skipped"] },
    });
  });

  it("allows no end to a job that must not have begun, nor to an item whose job should have", () => {
    expect(ends(batch("skip_dependents", ...diamond), { a: "failed", b: "completed" })).toMatchObject({ b: [] });
    expect(ends(batch("skip_dependents", ...diamond), { a: "completed", b: "completed" })).toMatchObject({ c: [] });
  });

  it("has all begin where failures are no hindrance, but for those whose payload then fits nothing", () => {
    const needy = batch("continue", item("a", []), item("b", ["a"]), item("c", ["a"], { needs: "a" }));
    expect(ends(needy, { a: "failed", b: "completed" })).toEqual({ a: ["failed"], b: ["completed"], c: ["failed"] });
  });

  it("lets those end as cancelled that had no job when the first failure came, or the request to cancel", () => {
    const islands = [item("a", []), item("b", []), item("c", ["b"])];
    expect(ends(batch("fail_fast", ...islands), { a: "failed", b: "completed" })).toMatchObject({ c: ["cancelled"] });
    const cancelled = ends(batch("skip_dependents", ...islands), { a: "completed" }, true);
    expect(cancelled).toEqual({ a: ["completed"], b: ["cancelled"], c: ["skipped", "cancelled"] });
  });

  it("skips just those that a failure reaches, in any graph", () => {
    for (const drawn of DRAWN) {
      const fails = (key: string) => key.length % 2 === 0;
      const reached = reachedBy(drawn, fails);
      const endOfJob = (key: string): JobEnd | undefined =>
        reached.has(key) ? undefined : fails(key) ? "failed" : "completed";
      const allowed = whatBecomes({ ...drawn, policy: "skip_dependents" }, { endOfJob, wasCancelled: false });
      const skipped = [...allowed].filter(([, [first]]) => first === "skipped").map(([key]) => key);
      expect(new Set(skipped)).toEqual(reached);
      expect([...allowed.values()].every((list) => list.length === 1)).toBe(true);
    }
  });
});

/** All behind a failure, found by walking from each failure downwards: not as the model does it. */
function reachedBy({ items }: PlannedBatch, fails: (key: string) => boolean): Set<string> {
  const reached = new Set<string>();
  const visit = (key: string): void => {
    for (const child of items) {
      if (!child.dependsOn.includes(key) || reached.has(child.key)) continue;
      reached.add(child.key);
      visit(child.key);
    }
  };
  for (const { key } of items) if (fails(key)) visit(key);
  return reached;
}

describe("mayStart()", () => {
  it("waits for every parent, and where failures hinder, for its success", () => {
    expect(mayStart("skip_dependents", ["completed", undefined])).toBe(false);
    expect(mayStart("continue", ["failed", undefined])).toBe(false);
    expect(mayStart("continue", ["failed", "skipped"])).toBe(true);
    expect(mayStart("fail_fast", ["completed", "failed"])).toBe(false);
    expect(mayStart("skip_dependents", [])).toBe(true);
  });
});

describe("endOfBatch()", () => {
  it("has completed when all items have", () => {
    expect(endOfBatch(["completed", "completed"], false)).toBe("completed");
    expect(endOfBatch(["completed", "skipped"], false)).toBe("failed");
    expect(endOfBatch(["completed", "cancelled"], true)).toBe("cancelled");
  });
});

describe("drawBatch()", () => {
  it("draws graphs that can be put in order, of all sizes and shapes", () => {
    for (const drawn of DRAWN) expect(inOrder(drawn)).toHaveLength(drawn.items.length);
    const sizes = DRAWN.map(({ items }) => items.length);
    expect(Math.min(...sizes)).toBeLessThan(8);
    expect(Math.max(...sizes)).toBeGreaterThan(32);
    const widest = Math.max(...DRAWN.flatMap(({ items }) => items.map(({ dependsOn }) => dependsOn.length)));
    expect(widest).toBeGreaterThan(32);
    expect(DRAWN.some(({ items }) => items.some(({ dependsOn }, index) => dependsOn.length > 0 && index === 0))).toBe(
      true,
    );
  });
});
