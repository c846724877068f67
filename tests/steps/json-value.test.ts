import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { MillraceError } from "../../src/platform/errors.ts";
import { requireJsonValue } from "../../src/steps/json-value.ts";

function refusalOf(output: unknown): MillraceError {
  try {
    requireJsonValue("work", output);
  } catch (thrown) {
    if (thrown instanceof MillraceError) return thrown;
  }
  throw new Error("the output was taken");
}

const circle: Record<string, unknown> = {};
circle["self"] = circle;

describe("requireJsonValue()", () => {
  it("takes whatever JSON gives back as it was", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        requireJsonValue("work", value);
      }),
    );
  });

  it.each([
    ["nothing", undefined],
    ["a property without a value", { a: undefined, b: 1 }],
    ["an object without a prototype", Object.assign(Object.create(null), { a: 1 })],
  ])("takes %s", (_, value) => {
    requireJsonValue("work", value);
  });

  it.each([
    ["bytes", Buffer.from("x"), ["/", "Buffer"]],
    ["a date, which would come back as text", { at: [new Date(0)] }, ["/at/0", "Date"]],
    ["a map", { pages: new Map() }, ["/pages", "Map"]],
    ["no number", { share: Number.NaN }, ["/share", "NaN"]],
    ["an endless number", [1, Infinity], ["/1", "Infinity"]],
    ["a large integer", { id: 1n }, ["/id", "bigint"]],
    ["a function", { run: () => 1 }, ["/run", "function"]],
    ["a gap in a list, which would come back as null", [1, undefined], ["/1", "undefined"]],
    ["a circle", circle, [/^(\/self)+$/, "more than 200 levels, or a circle"]],
  ])("refuses %s for good, and says where it stands and what it is", (_, value, [at, found]) => {
    const { code, kind, message, details } = refusalOf(value);
    expect([code, kind]).toEqual(["OUTPUT_INVALID", "permanent"]);
    expect(message).toBe('Cannot keep the output of step "work": it must be JSON');
    expect(details).toMatchObject({ step: "work", found });
    expect(details["at"]).toEqual(at instanceof RegExp ? expect.stringMatching(at) : at);
  });
});
