import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { InvalidContinuation, takePage } from "../../../../../local/host/durable/client/page.ts";
import type { ArchivedInstance } from "../../../../../local/host/durable/state/instance.ts";

const instance = (id: string, createdAt: number): ArchivedInstance => ({
  kind: "archived",
  id,
  name: "n",
  executionId: id,
  status: "Completed",
  createdAt,
  updatedAt: createdAt,
});

describe("takePage()", () => {
  it("shows each once, in the order of creation, whatever goes and comes between two pages", () => {
    const times = fc.array(fc.nat(5), { maxLength: 30 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 7 }), fc.nat(29), (createdAt, size, gone) => {
        const all = createdAt.map((at, index) => instance(`i${index}`, at));
        const stays = all.filter(({ id }) => id !== `i${gone}`);
        const newcomer = instance("new", 6);
        const seen: string[] = [];
        let page = takePage(all, { size }, () => true);
        for (;;) {
          seen.push(...page.items.map(({ id }) => id));
          if (page.continuation === undefined) break;
          page = takePage([...stays, newcomer], { size, continuation: page.continuation }, () => true);
        }
        const expected = stays.toSorted(
          (one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1),
        );
        expect(seen.filter((id) => id !== "new" && id !== `i${gone}`)).toEqual(expected.map(({ id }) => id));
        expect(new Set(seen).size).toBe(seen.length);
      }),
    );
  });

  it("has no continuation when the rest is not wanted", () => {
    const all = [instance("a", 1), instance("b", 2)];
    expect(takePage(all, { size: 1 }, ({ id }) => id === "a")).toEqual({ items: [all[0]] });
  });

  it.each(["", "!", Buffer.from("[1]").toString("base64url"), Buffer.from("{}").toString("base64url")])(
    "refuses the token %p",
    (continuation) => {
      expect(() => takePage([], { size: 1, continuation }, () => true)).toThrow(InvalidContinuation);
    },
  );
});
