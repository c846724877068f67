import { describe, expect, it } from "@jest/globals";
import { compareSentences } from "../../../../../local/emulators/openai/model/graph.ts";
import { rankSentences } from "../../../../../local/emulators/openai/model/rank.ts";
import { selectSentences } from "../../../../../local/emulators/openai/model/select.ts";

const sentences = [
  ["wheel", "turn", "water"],
  ["boat", "aunt"],
  ["wheel", "water", "mill"],
  ["mill", "stone", "wheel"],
];

describe("compareSentences()", () => {
  it("finds that sentences resemble each other by the terms they share, both ways alike", () => {
    const graph = compareSentences(sentences);
    expect(graph[0]?.[2]).toBeGreaterThan(graph[0]?.[3] ?? 1);
    expect(graph[0]?.[2]).toBe(graph[2]?.[0]);
    expect([...(graph[1] ?? [])]).toEqual([0, 0, 0, 0]);
  });

  it("finds the same sentence wholly alike", () => {
    expect(compareSentences([["a", "b"], ["b", "a"], ["c"]])[0]?.[1]).toBeCloseTo(1);
  });
});

describe("rankSentences()", () => {
  it("ranks highest what resembles most others, and lowest what resembles none", () => {
    const ranks = rankSentences(compareSentences(sentences));
    expect(ranks[2]).toBe(1);
    expect(Math.min(...ranks)).toBe(ranks[1]);
  });
});

describe("selectSentences()", () => {
  const graph = compareSentences([["a", "b"], ["a", "b"], ["c"]]);
  const base = { ranks: [1, 0.9, 0.5], graph, costs: [10, 10, 10], maxSentences: Number.POSITIVE_INFINITY };

  it("prefers something new to something said already", () => {
    expect(selectSentences({ ...base, maxWords: 20 })).toEqual([0, 2]);
  });

  it("takes no more than fits", () => {
    expect(selectSentences({ ...base, maxWords: 9 })).toEqual([]);
    expect(selectSentences({ ...base, costs: [30, 10, 10], maxWords: 20 })).toEqual([1, 2]);
  });

  it("takes no more sentences than wished", () => {
    expect(selectSentences({ ...base, maxWords: 100, maxSentences: 1 })).toEqual([0]);
  });

  it("leaves out what says next to nothing, even if there is room", () => {
    expect(selectSentences({ ...base, ranks: [1, 0.9, 0.1], maxWords: 100 })).toEqual([0, 1]);
  });
});
