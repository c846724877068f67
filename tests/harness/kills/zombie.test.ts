import { describe } from "@jest/globals";
import { cancelJob } from "../../../src/jobs/cancel.ts";
import type { Job } from "../../../src/jobs/life/job.ts";
import { regenerateJob } from "../../../src/jobs/regenerate.ts";
import { toMillraceError } from "../../../src/platform/errors.ts";
import { acceptTraceparent } from "../../../src/platform/trace.ts";
import { itHoldsWhenStopped } from "./kill-matrix.ts";
import { runOfOneJob } from "./run-of-one-job.ts";
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
