import type { Similarities } from "./graph.ts";

/** From the LexRank paper (Erkan and Radev 2004): below this, two sentences share no more than chance. */
const MIN_SIMILARITY = 0.1;

/** PageRank's share of following a link instead of jumping anywhere. */
const DAMPING = 0.85;

const MAX_ROUNDS = 50;
const SETTLED = 1e-6;

/**
 * LexRank: a sentence is central when central sentences resemble it.
 * Returns a rank for each sentence, the highest being 1.
 */
export function rankSentences(graph: readonly Similarities[]): number[] {
  const count = graph.length;
  const links = graph.map((row) => row.map((similarity) => (similarity >= MIN_SIMILARITY ? similarity : 0)));
  const strength = links.map((row) => row.reduce((sum, similarity) => sum + similarity, 0) || 1);
  let ranks = new Float64Array(count).fill(1 / count);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = new Float64Array(count).fill((1 - DAMPING) / count);
    for (const [from, row] of links.entries()) {
      const share = (DAMPING * (ranks[from] ?? 0)) / (strength[from] ?? 1);
      for (let to = 0; to < count; to++) next[to] = (next[to] ?? 0) + share * (row[to] ?? 0);
    }
    const change = next.reduce((sum, rank, index) => sum + Math.abs(rank - (ranks[index] ?? 0)), 0);
    ranks = next;
    if (change < SETTLED) break;
  }
  const highest = Math.max(...ranks);
  return [...ranks].map((rank) => rank / highest);
}
