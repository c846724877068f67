/** A time as the status API writes it, without fractions: `2026-11-22T02:05:24Z`. */
export function toSecond(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
