import { describe, expect, it } from "@jest/globals";
import { cancelJob } from "../../../src/jobs/cancel.ts";
import type { Job } from "../../../src/jobs/life/job.ts";
import { regenerateJob } from "../../../src/jobs/regenerate.ts";
import { toMillraceError } from "../../../src/platform/errors.ts";
import { acceptTraceparent } from "../../../src/platform/trace.ts";
import type { Flow } from "./flow.ts";
import { MOMENTS, PATIENCE_MS, stopAtEachCall } from "./kill-matrix.ts";
import { placesOfOtherEnds, runOfOneJob } from "./run-of-one-job.ts";
import type { Stage } from "./stage.ts";

/** Somebody cancels the job, unless it has ended; and begins it anew. */
async function beginAnew({ client, successor: { app } }: Stage, { workspaceId, jobId }: Job): Promise<void> {
  const ref = { workspaceId, jobId };
  const cancellation = client.ask({ act: "cancel", jobId });
  const cancelled = await cancelJob(app, { ref, actor: "client" }).then(
    (value) => ({ value }),
    (thrown: unknown) => ({ code: toMillraceError(thrown).code }),
  );
  cancellation.hear(cancelled);
  const regeneration = client.ask({ act: "regenerate", jobId });
  const { job: value } = await regenerateJob(app, { ref, traceparent: acceptTraceparent(undefined) });
  regeneration.hear({ value });
}

/** What held for each worker that was stopped, wherever that was. */
function expectOvertaken({ calls, runs }: Awaited<ReturnType<typeof stopAtEachCall>>, says: RegExp): void {
  for (const { place, written, said } of runs) {
    expect({ place, written }).toEqual({ place, written: [] });
    if (said) expect({ place, said }).toEqual({ place, said: [expect.stringMatching(says)] });
  }
  expect(runs.some(({ said }) => said)).toBe(true);
  expect(placesOfOtherEnds(runs)).toEqual([]);
  expect(calls).toBeGreaterThanOrEqual(runOfOneJob.leastCalls);
}

describe("K18: a worker that sleeps until others have ended its job", () => {
  it.each(MOMENTS)(
    "writes nothing more, and says that it was overtaken, stopped %s each of its calls",
    async (moment) => {
      expectOvertaken(await stopAtEachCall(runOfOneJob, moment), /^warn job fenced /);
    },
    PATIENCE_MS,
  );
});

describe("K18: a worker that sleeps until its job was cancelled and has begun anew", () => {
  const begunAnew: Flow = {
    ...runOfOneJob,
    async begin(stage) {
      const scene = await runOfOneJob.begin(stage);
      const [job] = stage.jobs();
      return { ...scene, meanwhile: async () => job && beginAnew(stage, job) };
    },
  };

  it.each(MOMENTS)(
    "writes nothing more, and says that it was superseded, stopped %s each of its calls",
    async (moment) => {
      expectOvertaken(await stopAtEachCall(begunAnew, moment), /^info job superseded /);
    },
    PATIENCE_MS,
  );
});
