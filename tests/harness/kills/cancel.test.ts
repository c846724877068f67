import { describe, expect } from "@jest/globals";
import { cancelJob } from "../../../src/jobs/cancel.ts";
import type { Job } from "../../../src/jobs/life/job.ts";
import { toMillraceError } from "../../../src/platform/errors.ts";
import { isQuestion, isResult } from "./calls.ts";
import type { Scene } from "./flow.ts";
import { holdWorker } from "./held-worker.ts";
import { itHoldsWhenKilled } from "./kill-matrix.ts";
import type { Stage } from "./stage.ts";
import type { Place } from "./trap.ts";

/** A client cancels the job, and does not ask again if it gets no answer: what was written holds. */
function cancelling({ client, log, jobs, successor: { app } }: Stage, { workspaceId, jobId }: Job): Scene {
  const command = { ref: { workspaceId, jobId }, actor: "client" } as const;
  const question = client.ask({ act: "cancel", jobId });
  return {
    order: { act: "cancel", input: command },
    async goOn(outcome) {
      question.hear(outcome);
    },
    async check() {
      const isWritten = log.commits.some(({ by, after }) => by === "victim" && after?.["phase"] === "cancelled");
      expect(jobs()).toMatchObject([{ jobId, phase: isWritten ? "cancelled" : "done" }]);

      const again = client.ask({ act: "cancel", jobId });
      const answer = await cancelJob(app, command).then(
        (value) => ({ value }),
        (thrown: unknown) => ({ code: toMillraceError(thrown).code }),
      );
      again.hear(answer);
      expect(answer).toMatchObject(isWritten ? { value: { phase: "cancelled" } } : { code: "JOB_ALREADY_ENDED" });
    },
  };
}

async function cancellingAtWork(stage: Stage, place: Place): Promise<Scene> {
  const job = await stage.successor.submit(stage.client.newRequest());
  const worker = await holdWorker(stage, place);
  const scene = cancelling(stage, job);
  return {
    ...scene,
    async goOn(outcomeOfVictim) {
      await scene.goOn?.(outcomeOfVictim);
      const isCancelled = stage.jobs().some(({ phase }) => phase === "cancelled");
      const outcome = await worker.goOn();
      expect(outcome?.lines).toEqual([expect.stringMatching(isCancelled ? /^info job cancelled / : /^info job done /)]);
    },
  };
}

describe("K5: the cancellation of a job that waits", () => {
  itHoldsWhenKilled("is done for good or not at all", {
    leastCalls: 2,
    begin: async (stage) => cancelling(stage, await stage.successor.submit(stage.client.newRequest())),
  });
});

describe("K5: the cancellation of a job at work", () => {
  itHoldsWhenKilled("is done for good or not at all", {
    leastCalls: 3,
    begin: async (stage) => cancellingAtWork(stage, { among: isQuestion, nth: 2, moment: "after" }),
  });
});

describe("K5: the cancellation of a job between its result's blob and its end", () => {
  itHoldsWhenKilled("is done for good or not at all", {
    leastCalls: 3,
    begin: async (stage) => cancellingAtWork(stage, { among: isResult, nth: 1, moment: "after" }),
  });
});

describe("K5: the cancellation of a job that has ended", () => {
  itHoldsWhenKilled("changes nothing", {
    leastCalls: 1,
    async begin(stage) {
      const job = await stage.successor.submit(stage.client.newRequest());
      await stage.successor.passTime("messages");
      return {
        order: cancelling(stage, job).order,
        check(outcome) {
          if (outcome) expect(outcome).toMatchObject({ code: "JOB_ALREADY_ENDED" });
          expect(stage.jobs()).toMatchObject([{ phase: "done", attempt: 1 }]);
          expect(stage.log.commits.filter(({ by }) => by === "victim")).toEqual([]);
        },
      };
    },
  });
});
