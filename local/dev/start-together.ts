interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Waits for several services that are starting. When one fails, waits for the rest, stops them and rejects with the first
 * failure: nothing is left running that nobody holds.
 */
export async function startTogether<T extends Record<string, Promise<Stoppable> | undefined>>(
  starting: T,
): Promise<{ [Name in keyof T]: Awaited<T[Name]> }> {
  const names = Object.keys(starting);
  const results = await Promise.allSettled(Object.values(starting));
  const failed = results.find((result) => result.status === "rejected");
  const started = results.map((result) => (result.status === "fulfilled" ? result.value : undefined));
  if (failed) {
    await Promise.all(started.map(async (service) => service?.stop()));
    throw failed.reason;
  }
  return Object.fromEntries(names.map((name, index) => [name, started[index]])) as {
    [Name in keyof T]: Awaited<T[Name]>;
  };
}
