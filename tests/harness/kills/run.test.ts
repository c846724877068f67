import { describe, expect } from "@jest/globals";
import { itHoldsWhenKilled } from "./kill-matrix.ts";

describe("K3: the run of a job of three steps", () => {
  itHoldsWhenKilled("ends the job once", {
    leastCalls: 12,
    async begin({ client, successor, jobs, model }) {
      await successor.submit(client.newRequest());
      return {
        order: { act: "receive", input: await successor.take() },
        check(outcome) {
          const [job] = jobs();
          expect(job).toMatchObject({ phase: "done" });
          expect(job?.attempt).toBeLessThanOrEqual(2);
          if (outcome)
            expect({ attempt: job?.attempt, questions: model.questions.length }).toEqual({ attempt: 1, questions: 3 });
        },
      };
    },
  });
});
