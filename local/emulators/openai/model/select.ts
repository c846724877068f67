import type { Similarities } from "./graph.ts";

export interface Selection {
  /** How much each sentence says about the whole, from 0 to 1. */
  readonly ranks: readonly number[];
  readonly graph: readonly Similarities[];
  /** What each sentence costs of the limit, in words. */
  readonly costs: readonly number[];
  readonly maxWords: number;
  readonly maxSentences: number;
}

/** Maximal marginal relevance (Carbonell and Goldstein 1998): how much a sentence's rank counts against its being new. */
const RELEVANCE = 0.6;

/** A sentence of less than this share of the highest rank is no summary, even if there is room for it. */
const MIN_RANK = 0.25;

/**
 * Chooses sentences one by one: each time the one that says most of what the chosen ones have not said, among those that still
 * fit. Returns their places, in the order of the text.
 */
export function selectSentences({ ranks, graph, costs, maxWords, maxSentences }: Selection): number[] {
  const chosen: number[] = [];
  const redundancy = new Float64Array(ranks.length);
  let left = maxWords;
  const candidates = new Set(ranks.keys());
  while (chosen.length < maxSentences) {
    const best = findBest(candidates, (place) => {
      const rank = ranks[place] ?? 0;
      const fits = (costs[place] ?? 0) <= left && (rank >= MIN_RANK || chosen.length === 0);
      return fits ? RELEVANCE * rank - (1 - RELEVANCE) * (redundancy[place] ?? 0) : undefined;
    });
    if (best === undefined) break;
    candidates.delete(best);
    chosen.push(best);
    left -= costs[best] ?? 0;
    for (const [other, similarity] of (graph[best] ?? []).entries())
      redundancy[other] = Math.max(redundancy[other] ?? 0, similarity);
  }
  return chosen.sort((a, b) => a - b);
}

/** On a tie the earlier sentence wins, so that the same text always gives the same summary. */
function findBest(candidates: Iterable<number>, scoreOf: (place: number) => number | undefined): number | undefined {
  let best: { place: number; score: number } | undefined;
  for (const place of candidates) {
    const score = scoreOf(place);
    if (score !== undefined && (!best || score > best.score)) best = { place, score };
  }
  return best?.place;
}
