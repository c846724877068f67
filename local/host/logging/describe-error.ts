/** What to print of a thrown value: its stack if it has one, because the reader has to find the line. */
export function describeError(error: unknown): string {
  if (error instanceof Error) return error.stack ?? error.message;
  return typeof error === "string" ? error : (JSON.stringify(error) ?? String(error));
}

/** The one-line form, for reasons inside a sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : describeError(error);
}
