interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Waits for several services that are starting; some may be left out. When one fails, waits for the rest, stops them and
 * rejects with the first failure: nothing is left running that nobody holds.
 */
export async function startTogether<T extends readonly Promise<Stoppable | undefined>[]>(
  starting: readonly [...T],
): Promise<{ [Index in keyof T]: Awaited<T[Index]> }> {
  const results = await Promise.allSettled(starting);
  const started = results.map((result) => (result.status === "fulfilled" ? result.value : undefined));
  if (results.every(({ status }) => status === "fulfilled"))
    return started as { [Index in keyof T]: Awaited<T[Index]> };
  await Promise.all(started.map(async (service) => service?.stop()));
  return Promise.all(starting); // which now rejects
}
