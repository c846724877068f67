import { describe, expect, it } from "@jest/globals";
import { inStep } from "../../src/operations/in-step.ts";

async function* sequence(keys: string): AsyncGenerator<string> {
  yield* keys;
}

async function pairsOf(lefts: string, rights: string): Promise<string[]> {
  const pairs: string[] = [];
  for await (const { key, left, right } of inStep(sequence(lefts), sequence(rights), (item) => item))
    pairs.push(`${key}:${left ?? "-"}${right ?? "-"}`);
  return pairs;
}

describe("inStep()", () => {
  it("pairs what has one key, and passes on alone what has none on the other side", async () => {
    expect(await pairsOf("abde", "bcdf")).toEqual(["a:a-", "b:bb", "c:-c", "d:dd", "e:e-", "f:-f"]);
  });

  it.each([
    ["", "", []],
    ["ab", "", ["a:a-", "b:b-"]],
    ["", "ab", ["a:-a", "b:-b"]],
    ["b", "a", ["a:-a", "b:b-"]],
  ])("goes to the end of both: %j and %j", async (lefts, rights, pairs) => {
    expect(await pairsOf(lefts, rights)).toEqual(pairs);
  });
});
