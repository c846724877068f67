import { regenerateJob } from "../../../../src/jobs/regenerate.ts";
import { MOODS } from "../job-type.ts";
import { askOfJob } from "./ask-of-job.ts";
import { TRACEPARENT, WORKSPACE } from "./caller.ts";
import type { Caller } from "./caller.ts";
import { LARGE_CHARACTERS } from "./wish.ts";

/** Has a job done again, with another payload or the one it has; with a key it asks again where it heard nothing. */
export async function regenerate(caller: Caller, jobId: string): Promise<void> {
  const { random, nextCall } = caller.site;
  const number = nextCall();
  const text = random.happens(0.7) ? `${random.pick(MOODS)} again ${number} of ${caller.name}` : undefined;
  const key = random.happens(0.5) ? `again-${number}` : undefined;
  const isLarge = random.happens(0.1);
  const payload = text === undefined ? undefined : { text: isLarge ? text.padEnd(LARGE_CHARACTERS) : text };
  for (let tries = key === undefined ? 1 : 3; tries > 0; tries--) {
    const told = await askOfJob(caller, { act: "regenerate", jobId, text, key }, async (app) => {
      const ref = { workspaceId: WORKSPACE, jobId };
      const { job } = await regenerateJob(app, { ref, payload, traceparent: TRACEPARENT, idempotencyKey: key });
      return job;
    });
    if (told === "no" || (told === "yes" && random.happens(0.7))) return;
  }
}
