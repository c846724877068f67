/** Whether the service says that there is no such blob, or not even its container. */
export function isMissing(error: unknown): boolean {
  return (error as { statusCode?: number }).statusCode === 404;
}
