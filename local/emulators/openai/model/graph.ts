/** How much one sentence resembles each of all sentences, from 0 to 1; 0 for itself. */
export type Similarities = Float64Array;

/**
 * Compares every sentence with every other by the cosine of their TF-IDF vectors; returns a row for each. The vectors are
 * sparse and pairs are found through the terms they share: sentences that have nothing in common cost nothing.
 */
export function compareSentences(termsOf: readonly (readonly string[])[]): Similarities[] {
  const rows = termsOf.map(() => new Float64Array(termsOf.length));
  const postings = new Map<string, Posting[]>();
  for (const [sentence, vector] of toVectors(termsOf).entries()) {
    for (const [term, weight] of vector) {
      const earlier = postings.get(term) ?? [];
      for (const other of earlier) add(rows, [sentence, other.sentence], weight * other.weight);
      earlier.push({ sentence, weight });
      postings.set(term, earlier);
    }
  }
  return rows;
}

/** That a sentence has a term, and what it weighs there. */
interface Posting {
  readonly sentence: number;
  readonly weight: number;
}

function add(rows: readonly Float64Array[], [one, other]: readonly [number, number], amount: number): void {
  const [row, column] = [rows[one], rows[other]];
  if (!row || !column) return;
  row[other] = (row[other] ?? 0) + amount;
  column[one] = row[other];
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
