/** A sleep that can be cut short. A ring while nobody sleeps is kept for the next sleep. */
export interface Alarm {
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly ring: () => void;
}

/** The longest delay that setTimeout() takes; beyond it would fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

export function createAlarm(): Alarm {
  let hasRung = false;
  let wake: (() => void) | undefined;
  return {
    async sleep(milliseconds) {
      if (!hasRung)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(milliseconds, LONGEST_DELAY_MS));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      hasRung = false;
      wake = undefined;
    },
    ring() {
      hasRung = true;
      wake?.();
    },
  };
}
