import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { toFieldErrors } from "../../src/contract/field-errors.ts";
import type { FieldError } from "../../src/contract/problem.ts";
import { sayWhatIsWrong } from "../../src/contract/say-what-is-wrong.ts";

function errorsOf(schema: z.ZodType, value: unknown, base?: string): FieldError[] {
  const parsed = schema.safeParse(value, { error: sayWhatIsWrong });
  if (parsed.success) throw new Error("the value fits");
  return toFieldErrors(parsed.error.issues, base);
}

describe("toFieldErrors()", () => {
  it("points at each field that is wrong, through objects and arrays", () => {
    const schema = z.object({ a: z.string(), list: z.array(z.object({ n: z.int() })) });
    const errors = errorsOf(schema, { a: 1, list: [{ n: 1 }, { n: 1.5 }] }, "/payload");
    expect(errors.map(({ pointer }) => pointer)).toEqual(["/payload/a", "/payload/list/1/n"]);
  });

  it("tells a field that is missing from one of the wrong type", () => {
    const [missing, wrong] = errorsOf(z.object({ a: z.string(), b: z.string() }), { b: 7 });
    expect(missing).toEqual({ pointer: "/a", message: "is required" });
    expect(wrong).toEqual({ pointer: "/b", message: "must be a string" });
  });

  it("gives every unknown field an entry of its own", () => {
    expect(errorsOf(z.strictObject({ in: z.strictObject({}) }), { in: { x: 1, y: 2 } })).toEqual([
      { pointer: "/in/x", message: "does not exist" },
      { pointer: "/in/y", message: "does not exist" },
    ]);
  });

  it("escapes ~ and / in names, in the order that RFC 6901 wants", () => {
    const schema = z.object({ "a/b": z.object({ "~1": z.string() }) });
    expect(errorsOf(schema, { "a/b": { "~1": 1 } }).map(({ pointer }) => pointer)).toEqual(["/a~1b/~01"]);
    expect(errorsOf(z.strictObject({}), { "x/~": 1 })).toEqual([{ pointer: "/x~1~0", message: "does not exist" }]);
  });

  it("points at the whole body when that is wrong", () => {
    expect(errorsOf(z.object({}), []).map(({ pointer }) => pointer)).toEqual([""]);
  });

  describe("of a union", () => {
    const schema = z.object({
      document: z.union([z.strictObject({ file_id: z.string() }), z.strictObject({ url: z.url() })]),
    });

    it.each([
      ["the branch whose field was sent, but wrong", { url: "no address" }, ["/document/url"]],
      ["the branch whose field was sent, but of another type", { file_id: 7 }, ["/document/file_id"]],
      ["the field too many", { file_id: "f", url: "https://example.com/" }, ["/document/url"]],
      ["the first branch when nothing was sent", {}, ["/document/file_id"]],
    ])("says what is wrong with %s", (_, document, pointers) => {
      expect(errorsOf(schema, { document }).map(({ pointer }) => pointer)).toEqual(pointers);
    });

    it("says that it is missing, once", () => {
      expect(errorsOf(schema, {})).toEqual([{ pointer: "/document", message: "is required" }]);
    });

    it("names the discriminator that fits no branch", () => {
      const branches = z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("a") }),
        z.object({ kind: z.literal("b") }),
      ]);
      const [error, ...rest] = errorsOf(z.object({ x: branches }), { x: { kind: "c" } });
      expect(error).toMatchObject({ pointer: "/x/kind" });
      expect(rest).toEqual([]);
    });
  });
});
