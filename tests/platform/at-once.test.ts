import { describe, expect, it } from "@jest/globals";
import { mapAtOnce } from "../../src/platform/at-once.ts";

describe("mapAtOnce()", () => {
  it("keeps the order, and has no more than so many at work", async () => {
    let atWork = 0;
    let most = 0;
    const doubled = await mapAtOnce([5, 1, 4, 2, 3], 2, async (turns) => {
      most = Math.max(most, ++atWork);
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      atWork--;
      return turns * 2;
    });
    expect(doubled).toEqual([10, 2, 8, 4, 6]);
    expect(most).toBe(2);
  });

  it("begins nothing more after a failure", async () => {
    const begun: number[] = [];
    const work = async (item: number) => {
      begun.push(item);
      await Promise.resolve();
      if (item === 1) throw new Error("broken");
      await new Promise(setImmediate);
    };
    await expect(mapAtOnce([0, 1, 2, 3, 4, 5], 2, work)).rejects.toThrow("broken");
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(begun).toEqual([0, 1]);
  });
});
