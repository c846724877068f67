// Monitor: look, sleep, look again, until it is done or the time is over. A new generation each round keeps the history short.
import * as df from "durable-functions";

interface Watch {
  readonly job: string;
  readonly intervalMs: number;
  /** When to give up, in milliseconds since 1970. */
  readonly until: number;
  readonly looks?: number;
}

const looks = new Map<string, number>();

/** A job is done when it was looked at for the third time. */
df.app.activity("isDone", {
  handler: (job: string) => {
    const count = (looks.get(job) ?? 0) + 1;
    looks.set(job, count);
    return count >= 3;
  },
});

df.app.orchestration("monitor", function* (context) {
  const watch = context.df.getInput<Watch>();
  const isDone = (yield context.df.callActivity("isDone", watch.job)) as boolean;
  const count = (watch.looks ?? 0) + 1;
  if (isDone) return { done: true, looks: count };
  const next = context.df.currentUtcDateTime.getTime() + watch.intervalMs;
  if (next > watch.until) return { done: false, looks: count };
  yield context.df.createTimer(new Date(next));
  context.df.continueAsNew({ ...watch, looks: count });
  return undefined;
});
