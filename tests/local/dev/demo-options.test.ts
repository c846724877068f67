import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parseDemoOptions } from "../../../local/dev/demo-options.ts";

describe("parseDemoOptions()", () => {
  it("has a default for everything", () => {
    expect(parseDemoOptions([], "/project")).toEqual({
      file: join("/project", "samples", "fhs-3.0.pdf"),
      batch: false,
      style: "bullets",
      maxWords: 150,
      app: "/project",
    });
  });

  it("reads every option", () => {
    const args = ["--file", "a.pdf", "--style", "paragraph", "--words", "80"];
    expect(parseDemoOptions(args, "/project")).toMatchObject({
      file: join(process.cwd(), "a.pdf"),
      style: "paragraph",
      maxWords: 80,
    });
  });

  it("says which styles there are", () => {
    expect(() => parseDemoOptions(["--style", "haiku"], "/")).toThrow(
      'Cannot write in style "haiku": expected bullets or paragraph',
    );
  });

  it.each(["0", "-5", "many"])("refuses to write %j words", (words) => {
    expect(() => parseDemoOptions([`--words=${words}`], "/")).toThrow(`Cannot write "${words}" words`);
  });
});
