import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Priority } from "../../../src/contract/submit-request.ts";
import {
  MOST_PASSES,
  NOBODY,
  givenBack,
  granted,
  joined,
  left,
  nextInTurn,
} from "../../../src/jobs/work/permit-order.ts";
import type { PermitRules, PermitState } from "../../../src/jobs/work/permit-order.ts";

const PRIORITIES: readonly Priority[] = ["high", "normal", "low"];

interface Run {
  state: PermitState;
  /** To whom permits went, in order. */
  readonly order: Priority[];
  /** For each priority, how many permits went to others while its head could have had one. */
  readonly overtaken: Record<Priority, number>;
}

function begin(): Run {
  return { state: NOBODY, order: [], overtaken: { high: 0, normal: 0, low: 0 } };
}

function grantAll(run: Run, rules: PermitRules): void {
  for (let next = nextInTurn(run.state, rules); next; next = nextInTurn(run.state, rules)) {
    for (const other of PRIORITIES) if (other !== next && couldHave(other, run.state, rules)) run.overtaken[other]++;
    run.overtaken[next] = 0;
    run.state = granted(run.state, next, rules);
    run.order.push(next);
  }
}

/** Said in other words than the product's. */
function couldHave(priority: Priority, { held, lines }: PermitState, { total, reserved }: PermitRules): boolean {
  if (lines[priority].waiting === 0 || held.high + held.normal + held.low >= total) return false;
  return priority === "high" || held.normal + held.low < Math.max(1, total - reserved);
}

const priority = fc.constantFrom(...PRIORITIES);
const deed = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("join" as const), priority }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("giveBack" as const), priority }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), priority }) },
);
const rules = fc.record({ total: fc.integer({ min: 1, max: 6 }), reserved: fc.integer({ min: 0, max: 7 }) });

function act(run: Run, { do: what, priority: who }: { do: "join" | "giveBack" | "leave"; priority: Priority }): void {
  if (what === "join") run.state = joined(run.state, who);
  if (what === "giveBack" && run.state.held[who] > 0) run.state = givenBack(run.state, who);
  if (what === "leave" && run.state.lines[who].waiting > 0) {
    run.state = left(run.state, who);
    run.overtaken[who] = 0; // Maybe it was the head that left.
  }
}

/** Again and again somebody comes, mostly of high priority, and somebody who works ends: a line never gets shorter. */
const rush = fc.array(
  fc.record({
    comes: fc.oneof({ weight: 8, arbitrary: fc.constant<Priority>("high") }, { weight: 1, arbitrary: priority }),
    ends: priority,
  }),
  { minLength: 50, maxLength: 300 },
);

/** Two lower lines can be overdue at once, and each then has its turn. */
const MOST_OVERTAKEN = MOST_PASSES + 3;

describe("nextInTurn()", () => {
  it("never gives more than there are, nor the reserved ones to others, and leaves none unused (R-054)", () => {
    fc.assert(
      fc.property(rules, fc.array(deed, { maxLength: 200 }), (given, deeds) => {
        const run = begin();
        for (const one of deeds) {
          act(run, one);
          grantAll(run, given);
          const { high, normal, low } = run.state.held;
          expect(high + normal + low).toBeLessThanOrEqual(given.total);
          expect(normal + low).toBeLessThanOrEqual(Math.max(1, given.total - given.reserved));
          expect(PRIORITIES.filter((who) => couldHave(who, run.state, given))).toEqual([]);
        }
      }),
    );
  });

  it("lets nobody starve: the head of each line is overtaken a bounded number of times (R-065)", () => {
    fc.assert(
      fc.property(rules, rush, (given, rushed) => {
        const run = begin();
        for (const who of Array.from({ length: 12 }, () => "high" as const)) act(run, { do: "join", priority: who });
        for (const { comes, ends } of rushed) {
          act(run, { do: "join", priority: comes });
          const ending = [ends, ...PRIORITIES].find((who) => run.state.held[who] > 0);
          if (ending) act(run, { do: "giveBack", priority: ending });
          grantAll(run, given);
          expect(Math.max(...Object.values(run.overtaken))).toBeLessThanOrEqual(MOST_OVERTAKEN);
        }
      }),
    );
  });

  it("gives low and normal their turn while the others never stop coming", () => {
    const run = begin();
    const one = { total: 1, reserved: 1 };
    run.state = joined(joined(joined(run.state, "low"), "normal"), "high");
    grantAll(run, one);
    for (let time = 0; time < 200; time++) {
      const holder = PRIORITIES.find((who) => run.state.held[who] > 0) ?? "high";
      run.state = givenBack(joined(run.state, holder), holder);
      grantAll(run, one);
    }
    const share = (who: Priority) => run.order.filter((granted_) => granted_ === who).length;
    expect(share("low")).toBeGreaterThanOrEqual(Math.floor(200 / (MOST_OVERTAKEN + 1)));
    expect(share("normal")).toBeGreaterThanOrEqual(Math.floor(200 / (MOST_OVERTAKEN + 1)));
    expect(share("high")).toBeGreaterThan(100);
  });

  it("takes the higher priority first where nobody was passed over", () => {
    const run = begin();
    for (const who of ["low", "normal", "high", "low", "high"] as const) run.state = joined(run.state, who);
    grantAll(run, { total: 5, reserved: 0 });
    expect(run.order).toEqual(["high", "high", "normal", "low", "low"]);
  });
});
