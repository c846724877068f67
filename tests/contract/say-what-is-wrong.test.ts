import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { sayWhatIsWrong } from "../../src/contract/say-what-is-wrong.ts";

function messageOf(schema: z.ZodType, value: unknown): string | undefined {
  return schema.safeParse(value, { error: sayWhatIsWrong }).error?.issues[0]?.message;
}

describe("sayWhatIsWrong()", () => {
  it.each<readonly [string, z.ZodType, unknown]>([
    ["is required", z.string(), undefined],
    ["must be a string", z.string(), null],
    ["must be a whole number", z.int(), 1.5],
    ["must be a number", z.coerce.number(), "x"],
    ["must be true or false", z.boolean(), "true"],
    ["must be an array", z.array(z.string()), "a"],
    ["must be an object", z.record(z.string(), z.unknown()), []],
    ["must be an object", z.strictObject({}), 1],
    ["must be one of high, low", z.enum(["high", "low"]), "urgent"],
    ["must be a", z.literal("a"), "b"],
    ["must be at least 1", z.int().min(1), 0],
    ["must be more than 0", z.number().positive(), 0],
    ["must be at most 60", z.number().max(60), 61],
    ["must have at least 1 character", z.string().min(1), ""],
    ["must have at most 2 characters", z.string().max(2), "abc"],
    ["must have at most 1 item", z.array(z.string()).max(1), ["a", "b"]],
    ["must be a time with its offset, such as 2030-01-31T09:00:00Z", z.iso.datetime({ offset: true }), "tomorrow"],
    ["must be an address, such as https://example.com/report.pdf", z.url(), "report.pdf"],
  ])("says: %s", (message, schema, value) => {
    expect(messageOf(schema, value)).toBe(message);
  });

  it("does not list dozens of values", () => {
    const many = z.enum(Array.from({ length: 50 }, (_, index) => `value-${index}`) as [string, ...string[]]);
    expect(messageOf(many, "x")).toBe("is none of the values that there are");
  });

  it("leaves the word to a schema that has its own, and to zod where it knows nothing better", () => {
    expect(messageOf(z.string().regex(/^a/, "is not a name"), "b")).toBe("is not a name");
    expect(messageOf(z.string().startsWith("a"), "b")).toMatch(/must start with "a"/);
  });
});
