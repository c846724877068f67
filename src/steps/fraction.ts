/** How far something is that was so far before and now reports this: 0 to 1, and never back. 0 of 0 is no number, and nothing. */
export function furthest(before: number, reported: number): number {
  return Math.max(before, Math.min(1, reported || 0));
}
