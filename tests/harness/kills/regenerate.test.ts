import { describe, expect } from "@jest/globals";
import type { Job } from "../../../src/jobs/life/job.ts";
import { regenerateJob } from "../../../src/jobs/regenerate.ts";
import type { RegenerateCommand } from "../../../src/jobs/regenerate.ts";
import { acceptTraceparent } from "../../../src/platform/trace.ts";
import { itHoldsWhenKilled } from "./kill-matrix.ts";
import type { Stage } from "./stage.ts";

/** A job that has ended, with its message still in the queue: its worker died before it could delete it. */
async function endWithMessage({ client, successor }: Stage): Promise<Job> {
  const job = await successor.submit(client.newRequest());
  await successor.work(await successor.take());
  return job;
}

function regenerationOf({ workspaceId, jobId }: Job): RegenerateCommand {
  return { ref: { workspaceId, jobId }, traceparent: acceptTraceparent(undefined) };
}

/** Every operation has asked each question once: the old message set nothing off. */
function expectOperations({ jobs, model }: Stage, operations: number): void {
  expect(jobs()).toMatchObject([{ phase: "done", operations, attempt: 1 }]);
  expect(model.questions).toHaveLength(3 * operations);
}

describe("K6: a regeneration with a key while the old message is in the queue, whose client asks again", () => {
  itHoldsWhenKilled("begins one operation, which ends", {
    leastCalls: 3,
    async begin(stage) {
      const { client, successor } = stage;
      const job = await endWithMessage(stage);
      const command = { ...regenerationOf(job), idempotencyKey: "once-more" };
      const about = { act: "regenerate", jobId: job.jobId, key: "once-more" } as const;
      const question = client.ask(about);
      return {
        order: { act: "regenerate", input: command },
        async goOn(outcome) {
          question.hear(outcome);
          const again = client.ask(about);
          const { job: value } = await regenerateJob(successor.app, command);
          again.hear({ value });
          if (outcome) expect(outcome).toMatchObject({ value: { operationId: value.operationId } });
        },
        check() {
          expectOperations(stage, 2);
        },
      };
    },
  });
});

describe("K6: a regeneration without a key while the old message is in the queue, whose client gives up", () => {
  itHoldsWhenKilled("begins one operation or none, and it ends", {
    leastCalls: 3,
    async begin(stage) {
      const job = await endWithMessage(stage);
      const question = stage.client.ask({ act: "regenerate", jobId: job.jobId });
      return {
        order: { act: "regenerate", input: regenerationOf(job) },
        async goOn(outcome) {
          question.hear(outcome);
        },
        check(outcome) {
          const isBegun = stage.log.commits.some(({ by, after }) => by === "victim" && after?.["operations"] === 2);
          if (outcome) expect(isBegun).toBe(true);
          expectOperations(stage, isBegun ? 2 : 1);
        },
      };
    },
  });
});
