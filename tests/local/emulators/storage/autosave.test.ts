import { describe, expect, it } from "@jest/globals";
import { pauseAfter } from "../../../../local/emulators/storage/autosave.ts";

describe("pauseAfter()", () => {
  it("saves every 200 ms while saving is quick", () => {
    expect(pauseAfter(3)).toBe(200);
  });

  it("leaves nine tenths of the time to other work when saving is slow", () => {
    expect(pauseAfter(500)).toBeCloseTo(4_500);
  });
});
