/** The sentences one sentence resembles, and how much, from 0 to 1. */
export type Neighbours = ReadonlyMap<number, number>;

/**
 * Compares every sentence with every other by the cosine of their TF-IDF vectors. The vectors are sparse and pairs are found
 * through the terms they share, so the cost grows with what sentences have in common, not with all pairs.
 */
export function compareSentences(termsOf: readonly (readonly string[])[]): Neighbours[] {
  const vectors = toVectors(termsOf);
  const postings = new Map<string, { sentence: number; weight: number }[]>();
  const neighbours: Map<number, number>[] = vectors.map(() => new Map<number, number>());
  for (const [sentence, vector] of vectors.entries()) {
    const similarity = new Map<number, number>();
    for (const [term, weight] of vector) {
      const earlier = postings.get(term);
      for (const other of earlier ?? [])
        similarity.set(other.sentence, (similarity.get(other.sentence) ?? 0) + weight * other.weight);
      if (earlier) earlier.push({ sentence, weight });
      else postings.set(term, [{ sentence, weight }]);
    }
    for (const [other, value] of similarity) {
      neighbours[sentence]?.set(other, value);
      neighbours[other]?.set(sentence, value);
    }
  }
  return neighbours;
}

/** Vectors of length one: a term weighs more the more often the sentence and the fewer sentences have it. */
function toVectors(termsOf: readonly (readonly string[])[]): Map<string, number>[] {
  const counts = termsOf.map(countTerms);
  const sentencesWith = new Map<string, number>();
  for (const vector of counts)
    for (const term of vector.keys()) sentencesWith.set(term, (sentencesWith.get(term) ?? 0) + 1);
  return counts.map((vector) => {
    for (const [term, count] of vector)
      vector.set(term, count * Math.log(1 + termsOf.length / (sentencesWith.get(term) ?? 1)));
    const length = Math.hypot(...vector.values()) || 1;
    for (const [term, weight] of vector) vector.set(term, weight / length);
    return vector;
  });
}

function countTerms(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
