// Activities that several orchestrations use.
import { setTimeout as delay } from "node:timers/promises";
import * as df from "durable-functions";

df.app.activity("echo", { handler: (value: unknown) => value });
df.app.activity("sleep", {
  handler: async (ms: number) => {
    await delay(ms);
    return ms;
  },
});
df.app.activity("fail", {
  handler: (reason: string) => {
    throw new Error(`failed because of ${reason}`);
  },
});

const attempts = new Map<string, number[]>();

/** Fails until it was tried `failures` times under this name. Returns when each attempt was made, in milliseconds. */
df.app.activity("failUntil", {
  handler: ({ name, failures }: { readonly name: string; readonly failures: number }) => {
    const made = [...(attempts.get(name) ?? []), Date.now()];
    attempts.set(name, made);
    if (made.length <= failures) throw new Error(`attempt ${made.length} of ${name}`);
    return made;
  },
});

df.app.activity("attempts", { handler: (name: string) => attempts.get(name) ?? [] });
