import { describe } from "@jest/globals";
import { cancelJob } from "../../../src/jobs/cancel.ts";
import type { Job } from "../../../src/jobs/job.ts";
import { regenerateJob } from "../../../src/jobs/regenerate.ts";
import { hasCode } from "../../../src/platform/errors.ts";
import { acceptTraceparent } from "../../../src/platform/trace.ts";
import { itHoldsWhenStopped } from "./kill-matrix.ts";
import { runOfOneJob } from "./run-of-one-job.ts";
import type { Stage } from "./stage.ts";

/** Somebody cancels the job, unless it has ended; and begins it anew. */
async function beginAnew({ successor: { app } }: Stage, { workspaceId, jobId }: Job): Promise<void> {
  const ref = { workspaceId, jobId };
  await cancelJob(app, { ref, actor: "client" }).catch((thrown: unknown) => {
    if (!hasCode(thrown, "JOB_ALREADY_ENDED")) throw thrown;
  });
  await regenerateJob(app, { ref, traceparent: acceptTraceparent(undefined) });
}

describe("K18: a worker that sleeps until others have ended its job", () => {
  itHoldsWhenStopped("writes nothing more, and says that it was overtaken", runOfOneJob);
});

describe("K18: a worker that sleeps until its job was cancelled and has begun anew", () => {
  itHoldsWhenStopped("writes nothing more, and says that it was superseded", {
    ...runOfOneJob,
    async begin(stage) {
      const scene = await runOfOneJob.begin(stage);
      const [job] = stage.jobs();
      return {
        ...scene,
        meanwhile: async () => job && beginAnew(stage, job),
        says: /^info job superseded /,
      };
    },
  });
});
