import { describe, expect } from "@jest/globals";
import { replayDeadLetter } from "../../../src/dead-letters/replay-dead-letter.ts";
import { deadLetterIdOf } from "../../../src/platform/ids.ts";
import { acceptTraceparent } from "../../../src/platform/trace.ts";
import { submitFailedJob } from "./failed-job.ts";
import { itHoldsWhenKilled } from "./kill-matrix.ts";

describe("K11: the replay of a dead letter, asked for again by who had no answer", () => {
  itHoldsWhenKilled("begins one operation, which ends", {
    leastCalls: 4, // The letter and its job are read, both are written, a message is put.
    async begin(stage) {
      const { client, successor, jobs, model } = stage;
      const failed = await submitFailedJob(stage);
      if (failed.phase !== "failed") throw new Error(`The job is "${failed.phase}"`);
      const deadLetterId = deadLetterIdOf(failed.operationId, failed.endedAt);
      const command = { deadLetterId, traceparent: acceptTraceparent(undefined) };
      const about = { act: "replay", jobId: failed.jobId, letterId: deadLetterId } as const;
      const question = client.ask(about);
      return {
        order: { act: "replay", input: command },
        async goOn(outcome) {
          question.hear(outcome);
          const again = client.ask(about);
          const replayed = await replayDeadLetter(successor.app, command);
          const [job] = jobs();
          again.hear({ value: job });
          expect(replayed).toMatchObject({ letter: { status: "replayed", replayedAs: job?.operationId } });
          if (outcome)
            expect({ outcome, replayed }).toMatchObject({
              outcome: { value: { operationId: job?.operationId } },
              replayed: { before: true },
            });
        },
        check() {
          expect(jobs()).toMatchObject([{ phase: "done", operations: 2, attempt: 1 }]);
          expect(model.questions).toHaveLength(3);
        },
      };
    },
  });
});
