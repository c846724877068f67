import { compareSentences, type Similarities } from "./graph.ts";
import { rankSentences } from "./rank.ts";
import { rateReadability } from "./readability.ts";
import type { Sentence } from "./sentences.ts";
import { readTerms } from "./terms.ts";

/** Sentences with how central each is, from 0 to 1, and how they resemble each other. */
export interface Ranking {
  readonly sentences: readonly Sentence[];
  readonly ranks: readonly number[];
  readonly graph: readonly Similarities[];
}

/** The time to compare sentences grows with the square of their number. */
const MAX_COMPARED = 1_500;

/** Texts say early what they are about: the first sentence counts this much more than the last. */
const LEAD = 0.25;

/**
 * Ranks sentences by what they say about the whole. A text of more sentences than can be compared at once is ranked in parts
 * first, and the best of every part then compete.
 */
export function rankByCentrality(sentences: readonly Sentence[]): Ranking {
  const compared = sentences.length > MAX_COMPARED ? keepBest(sentences) : sentences;
  return compare(compared);
}

function keepBest(sentences: readonly Sentence[]): Sentence[] {
  const parts = Math.ceil(sentences.length / MAX_COMPARED);
  const partSize = Math.ceil(sentences.length / parts);
  const kept = Math.floor(MAX_COMPARED / parts);
  return Array.from({ length: parts }, (_, part) =>
    best(sentences.slice(part * partSize, (part + 1) * partSize), kept),
  ).flat();
}

function best(sentences: readonly Sentence[], count: number): Sentence[] {
  const { ranks } = compare(sentences);
  const threshold = [...ranks].sort((a, b) => b - a)[count - 1] ?? 0;
  return sentences.filter((_, place) => (ranks[place] ?? 0) >= threshold).slice(0, count);
}

function compare(sentences: readonly Sentence[]): Ranking {
  const graph = compareSentences(sentences.map(({ text }) => readTerms(text)));
  const centrality = rankSentences(graph);
  const weighed = sentences.map(
    (sentence, place) =>
      (centrality[place] ?? 0) * rateReadability(sentence) * (1 + LEAD * (1 - place / sentences.length)),
  );
  const highest = Math.max(...weighed);
  return { sentences, graph, ranks: weighed.map((rank) => rank / highest) };
}
