import { describe, expect, it } from "@jest/globals";
import { joinTextRuns } from "../../src/documents/page-text.ts";
import type { TextRun } from "../../src/documents/page-text.ts";

const run = (str: string, y: number, hasEOL = false): TextRun => ({ str, transform: [10, 0, 0, 10, 72, y], hasEOL });

describe("joinTextRuns()", () => {
  it("joins the runs of a line and ends it where the parser says", () => {
    expect(joinTextRuns([run("a", 700), run(" ", 700), run("b", 700, true), run("c", 688)])).toBe("a b\nc");
  });

  it("puts a blank line where the gap is wider than the page's usual one", () => {
    const runs = [run("one", 700, true), run("two", 688, true), run("three", 676, true), run("new", 655, true)];
    expect(joinTextRuns(runs)).toBe("one\ntwo\nthree\n\nnew\n");
  });

  it("sees no paragraphs in a page with double spacing throughout", () => {
    expect(joinTextRuns([run("one", 700, true), run("two", 660, true), run("three", 620)])).toBe("one\ntwo\nthree");
  });

  it("starts no paragraph at the top of the next column", () => {
    const runs = [run("one", 700, true), run("two", 688, true), run("column", 700, true), run("end", 688)];
    expect(joinTextRuns(runs)).toBe("one\ntwo\ncolumn\nend");
  });

  it("places a line by its first visible run, not by a raised one after it", () => {
    const runs = [run("one", 700, true), run("two", 688), run("1", 693, true), run("three", 676)];
    expect(joinTextRuns(runs)).toBe("one\ntwo1\nthree");
  });

  it("gives nothing for a page without runs", () => {
    expect(joinTextRuns([])).toBe("");
  });
});
