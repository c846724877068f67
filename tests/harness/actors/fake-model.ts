import type { AskModel } from "../../../src/models/ask-model.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import type { ModelCall } from "../history/history.ts";
import type { Life } from "../world/world.ts";
import type { Mood } from "./job-type.ts";
import type { Site } from "./site.ts";

/** Answers with the question, after a while and in the mood that the question begins with. */
export function createFakeModel({ world, random, asked }: Site, life: Life, crash: (life: Life) => void): AskModel {
  return async ({ input, abortSignal }) => {
    const mood = input.split(" ")[0] as Mood;
    const waitMs = mood === "slow" ? random.pick([5_000, 30_000, 90_000]) : random.pick([10, 500, 2_000]);
    const call: ModelCall = { by: `${life.name}#${life.number}`, text: input.trimEnd(), beganAt: world.now };
    asked(call);
    try {
      await new Promise<void>((resolve, reject) => {
        const cancel = world.after(waitMs, { life, label: `model answers "${input.trimEnd()}"`, run: resolve });
        abortSignal?.addEventListener("abort", () => {
          cancel();
          reject(abortSignal.reason as Error);
        });
      });
    } finally {
      call.endedAt = world.now;
    }
    if (mood === "flaky" && random.happens(0.5)) throw new MillraceError("PROVIDER_UNAVAILABLE", "The model is ill");
    if (mood === "busy" && random.happens(0.5))
      throw new MillraceError("PROVIDER_THROTTLED", "The model is busy", { retryAfterMs: random.pick([500, 30_000]) });
    if (mood === "refusing" && random.happens(0.5)) throw new MillraceError("PROVIDER_REFUSED", "The model refuses");
    if (mood === "deadly" && random.happens(0.7)) {
      crash(life);
      await new Promise(() => undefined);
    }
    return input;
  };
}
