export interface PageOf<Found> {
  readonly page: readonly Found[];
  /** Set when there is more behind it. */
  readonly last: Found | undefined;
}

/** The first `limit` of what was found, which is one more where there is more: so it is known without another question. */
export function pageOf<Found>(found: readonly Found[], limit: number): PageOf<Found> {
  const page = found.slice(0, limit);
  return { page, last: found.length > limit ? page.at(-1) : undefined };
}
