import { describe, expect } from "@jest/globals";
import type { Flow } from "./flow.ts";
import { itHoldsWhenKilled } from "./kill-matrix.ts";
import type { Outcome } from "./victim.ts";

/** A client with a key asks again until it has an answer. */
const withKey = (isLarge: boolean): Flow => ({
  leastCalls: isLarge ? 4 : 3,
  async begin({ client, successor, jobs }) {
    const request = client.newRequest({ withKey: true, isLarge });
    return {
      order: { act: "submit", input: request },
      async goOn(outcome) {
        const jobId = answerOf(outcome);
        if (jobId === undefined) client.gotNoAnswer(request);
        else client.heard(request, jobId);
        await successor.submit(request);
      },
      check() {
        expect(jobs()).toMatchObject([{ phase: "done", attempt: 1 }]);
      },
    };
  },
});

/** A client without a key can only ask once. */
const withoutKey: Flow = {
  leastCalls: 2,
  async begin({ client, jobs }) {
    const request = client.newRequest();
    return {
      order: { act: "submit", input: request },
      async goOn(outcome) {
        const jobId = answerOf(outcome);
        if (jobId === undefined) client.gotNoAnswer(request);
        else client.heard(request, jobId);
      },
      check(outcome) {
        const made = jobs();
        if (answerOf(outcome) !== undefined) expect(made).toHaveLength(1);
        expect(made.length).toBeLessThanOrEqual(1);
        for (const job of made) expect(job).toMatchObject({ phase: "done", attempt: 1 });
      },
    };
  },
};

function answerOf(outcome: Outcome | undefined): string | undefined {
  return outcome && "value" in outcome ? String(outcome.value) : undefined;
}

describe("K1: a submit with a key, whose client asks again", () => {
  itHoldsWhenKilled("makes one job, which ends", withKey(false));
});

describe("K1: a submit with a key and a large payload, whose client asks again", () => {
  itHoldsWhenKilled("makes one job, which ends", withKey(true));
});

describe("K2: a submit without a key, whose client gives up", () => {
  itHoldsWhenKilled("makes one job or none, and what there is ends", withoutKey);
});
