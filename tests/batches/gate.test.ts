import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { decideGate } from "../../src/batches/gate.ts";
import { ITEM_STATES, ITEM_TRANSITIONS, hasEnded } from "../../src/batches/item-states.ts";
import { POLICIES } from "../../src/contract/batch-request.ts";

const states = fc.array(fc.constantFrom(...ITEM_STATES), { maxLength: 6 });
const policy = fc.constantFrom(...POLICIES);

describe("decideGate()", () => {
  it("lets nothing run while anything that it depends on has not ended (P15)", () => {
    fc.assert(
      fc.property(states, policy, (parents, chosen) => {
        fc.pre(!parents.every(hasEnded));
        expect(decideGate(parents, chosen)).toBe("wait");
      }),
    );
  });

  it("lets everything run whose parents completed, whatever the policy", () => {
    for (const chosen of POLICIES) {
      expect(decideGate([], chosen)).toBe("release");
      expect(decideGate(["completed", "completed"], chosen)).toBe("release");
    }
  });

  it.each(["failed", "cancelled", "skipped"] as const)("decides by the policy when a parent is %s (P17)", (state) => {
    const parents = ["completed", state] as const;
    expect(POLICIES.map((chosen) => decideGate(parents, chosen))).toEqual(["skip", "release", "wait"]);
  });

  it("comes to the same whatever the order of the parents", () => {
    fc.assert(
      fc.property(states, policy, (parents, chosen) => {
        expect(decideGate(parents.toReversed(), chosen)).toBe(decideGate(parents, chosen));
      }),
    );
  });
});

describe("the states of an item", () => {
  it("lead nowhere that is none of them, and out of an end only by a new operation", () => {
    for (const [state, events] of Object.entries(ITEM_TRANSITIONS)) {
      for (const to of Object.values(events)) expect(ITEM_STATES).toContain(to);
      if (hasEnded(state as (typeof ITEM_STATES)[number]))
        expect(Object.entries(events).filter(([, to]) => to === "released")).toEqual([["rerun", "released"]]);
    }
  });
});
