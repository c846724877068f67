/** Whether the storage service says that there is no such blob, entity or message, or not even what holds it. */
export function isMissing(error: unknown): boolean {
  return (error as { statusCode?: number }).statusCode === 404;
}
