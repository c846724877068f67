/** JavaScript cannot be interrupted: at the deadline the invocation is reported as failed while its handler runs on. */
export interface Deadline {
  race<T>(work: Promise<T>): Promise<T>;
  clear(): void;
}

/** Starts the clock of one invocation; undefined means no limit. */
export function deadline(limitMs: number | undefined, functionName: string): Deadline {
  if (limitMs === undefined) return { race: (work) => work, clear: () => undefined };
  let timer: NodeJS.Timeout | undefined;
  return {
    race: (work) =>
      new Promise((resolve, reject) => {
        timer = setTimeout(() => {
          const seconds = limitMs / 1000;
          reject(
            new Error(
              `Timeout value of ${seconds} s (functionTimeout) exceeded by function: Functions.${functionName}`,
            ),
          );
        }, limitMs);
        work.then(resolve, reject);
      }),
    clear() {
      clearTimeout(timer);
    },
  };
}
