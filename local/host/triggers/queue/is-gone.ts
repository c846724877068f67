/**
 * Whether the service says that a message is no longer ours: deleted (404), or received by somebody else since (400 and a
 * code, because 400 is also its answer to a request that is wrong in itself).
 */
export function isGone(error: unknown): boolean {
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  return statusCode === 404 || (statusCode === 400 && code === "PopReceiptMismatch");
}

/** Waits for a delete or update, which may come too late without harm: the new owner of the message decides on it. */
export async function unlessGone(change: Promise<unknown>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
