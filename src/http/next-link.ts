/**
 * The address of a list's next page: the same query, from where this page ended.
 *
 * @param list the list's own address, absolute
 */
export function nextLink(list: string, query: object, cursor: string | number): string {
  const link = new URL(list);
  for (const [name, value] of Object.entries({ ...query, cursor })) link.searchParams.set(name, String(value));
  return link.href;
}
