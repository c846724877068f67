import { describe, expect, it } from "@jest/globals";
import type { App } from "../../src/app.ts";
import { deleteJob } from "../../src/jobs/delete-job.ts";
import type { Job } from "../../src/jobs/life/job.ts";
import { isTerminal } from "../../src/jobs/life/lifecycle.ts";
import type { Regenerated } from "../../src/jobs/regenerate.ts";
import { deadLetterIdOf } from "../../src/platform/ids.ts";
import { runEveryInterleaving } from "../support/interleavings.ts";
import { storyOf } from "../support/job-story.ts";
import {
  cancel,
  claim,
  createTally,
  failing,
  outcomeOf,
  regenerate,
  run,
  submit,
  told,
  twoSteps,
  work,
} from "../support/racers.ts";

const LARGE = "x".repeat(50_000);

/** A job that has ended: done, failed with a dead letter, or cancelled. */
async function ended(app: App, as: "worked" | "cancelled" = "worked"): Promise<Job> {
  const job = await submit(app);
  if (as === "cancelled") return cancel(app, job);
  await work(app, job);
  const { job: after } = await app.jobs.require(job);
  if (!isTerminal(after.phase)) throw new Error(`The job is ${after.phase}`);
  return after;
}

const answerOf = (answer: Regenerated | string) =>
  typeof answer === "string" ? answer : answer.replayed ? "replayed" : "begun";

describe("two who begin a job anew at once", () => {
  it.each([
    ["without keys", { keys: [undefined, undefined], outcome: "begun JOB_NOT_TERMINAL" }],
    ["with one key", { keys: ["k", "k"], outcome: "begun replayed" }],
    ["with two keys", { keys: ["k", "l"], outcome: "begun JOB_NOT_TERMINAL" }],
  ] as const)(
    "%s begin one operation, and see to one dead letter once",
    async (_, { keys: [one, other], outcome }) => {
      const { count, seen } = createTally();
      await runEveryInterleaving(
        {
          profiles: [failing("PDF_ENCRYPTED")],
          prepare: ended,
          actors: {
            a: async (app, job) => regenerate(app, job, { idempotencyKey: one, payload: { text: LARGE } }),
            b: async (app, job) => regenerate(app, job, { idempotencyKey: other, payload: { text: LARGE } }),
          },
          async judge({ a, b }, { app, context, blobsIn }) {
            const { job, lines } = await storyOf(app, context);
            const answers = [a, b].map((actor) => told(actor));
            for (const answer of answers)
              if (typeof answer !== "string") expect(answer.job.operationId).toBe(job.operationId);
            expect(lines.filter(({ event }) => event === "regenerated")).toHaveLength(1);
            expect(await blobsIn("payloads")).toHaveLength(1);
            const { letter } = await app.deadLetters.require(letterOf(context));
            expect(letter).toMatchObject({ status: "replayed", replayedAs: job.operationId });
            expect(letter.actions).toHaveLength(1);
            count(...answers.map(answerOf).sort((x) => (x === "begun" ? -1 : 1)));
          },
        },
        { blobs: true },
      );
      expect(seen()).toEqual([outcome]);
    },
    300_000,
  );
});

function letterOf(job: Job): string {
  if (job.phase !== "failed") throw new Error(`The job is ${job.phase}`);
  return deadLetterIdOf(job.operationId, job.endedAt);
}

describe("a new operation and a cancel (P20)", () => {
  it.each([
    ["done", "worked", ["begun JOB_ALREADY_ENDED", "begun OPERATION_SUPERSEDED"]],
    ["cancelled", "cancelled", ["begun OPERATION_SUPERSEDED", "begun cancelled"]],
  ] as const)("of the operation before, which is %s: the new one never hears of it", async (_, as, outcomes) => {
    const { count, seen } = createTally();
    await runEveryInterleaving({
      profiles: [twoSteps()],
      prepare: async (app) => ended(app, as),
      actors: {
        a: async (app, job) => regenerate(app, job),
        b: async (app, job) => cancel(app, job, job.operationId),
      },
      async judge({ a, b }, { app, context }) {
        const { job, lines } = await storyOf(app, context);
        expect(job).toMatchObject({ phase: "queued", operations: 2 });
        expect(lines.at(-1)?.event).toBe("regenerated");
        const cancelled = told(b);
        if (typeof cancelled !== "string") expect(cancelled).toEqual(context);
        count(answerOf(told(a)), typeof cancelled === "string" ? cancelled : cancelled.phase);
      },
    });
    expect(seen()).toEqual([...outcomes]);
  });

  it("of whichever operation is current: it ends the one that it says it ended, or none", async () => {
    const { count, seen } = createTally();
    await runEveryInterleaving({
      profiles: [twoSteps()],
      prepare: async (app) => ended(app),
      actors: { a: async (app, job) => regenerate(app, job), b: async (app, job) => cancel(app, job) },
      async judge({ a, b }, { app, context }) {
        const { job } = await storyOf(app, context);
        const cancelled = told(b);
        if (typeof cancelled === "string") expect(job.phase).toBe("queued");
        else expect(cancelled).toEqual(job);
        count(answerOf(told(a)), typeof cancelled === "string" ? cancelled : cancelled.phase);
      },
    });
    expect(seen()).toEqual(["begun JOB_ALREADY_ENDED", "begun cancelled"]);
  });
});

describe("a new operation and what is left of the one before (P3, P19)", () => {
  it("is not touched by a worker that finishes late", async () => {
    const { count, seen } = createTally();
    await runEveryInterleaving(
      {
        profiles: [twoSteps()],
        async prepare(app) {
          const job = await submit(app);
          return { job, late: await claim(app, job), cancelled: await cancel(app, job) };
        },
        actors: {
          late: async (app, { late }) => run(app, late),
          a: async (app, { job }) => regenerate(app, job),
        },
        async judge({ late, a }, { app, context }) {
          const { job, ends } = await storyOf(app, context.job);
          expect(job).toMatchObject({
            phase: "queued",
            operations: 2,
            attempt: 0,
            version: context.cancelled.version + 1,
          });
          expect(ends).toEqual(["cancelled"]);
          count(answerOf(told(a)), told(late));
        },
      },
      { blobs: true },
    );
    expect(seen()).toEqual(["begun JOB_CANCELLED", "begun OPERATION_SUPERSEDED"]);
  });

  it("is worked on to its end, while the message of the one before is dropped", async () => {
    const { count, seen } = createTally();
    await runEveryInterleaving({
      profiles: [twoSteps()],
      async prepare(app) {
        const before = await ended(app, "cancelled");
        const { job } = await regenerate(app, before);
        return { before, job };
      },
      actors: {
        old: async (app, { before }) => work(app, before),
        current: async (app, { job }) => work(app, job),
      },
      async judge({ old, current }, { app, context }) {
        const { job, ends } = await storyOf(app, context.job);
        expect([job.phase, ends]).toEqual(["done", ["cancelled", "done"]]);
        count(outcomeOf(told(old)), outcomeOf(told(current)));
      },
    });
    expect(seen()).toEqual(["obsolete ran"]);
  });

  it("begins after the worker or the cancel that was faster, and never between", async () => {
    const { count, seen } = createTally();
    await runEveryInterleaving({
      profiles: [twoSteps()],
      async prepare(app) {
        const job = await submit(app);
        return { job, late: await claim(app, job) };
      },
      actors: {
        worker: async (app, { late }) => run(app, late),
        client: async (app, { job }) => cancel(app, job),
        again: async (app, { job }) => regenerate(app, job),
      },
      async judge({ worker, client, again }, { app, context }) {
        const { job, ends } = await storyOf(app, context.job);
        const answer = answerOf(told(again));
        expect(job.operations).toBe(answer === "begun" ? 2 : 1);
        const [first] = ends;
        const cancelled = told(client);
        if (typeof cancelled !== "string") expect(ends.at(cancelled.operations - 1)).toBe("cancelled");
        const ran = told(worker);
        expect(typeof ran === "string").toBe(first !== "done");
        count(first, answer);
      },
    });
    expect(seen()).toEqual(["cancelled JOB_NOT_TERMINAL", "cancelled begun", "done JOB_NOT_TERMINAL", "done begun"]);
  }, 300_000);
});

describe("a new operation and others who see to the job", () => {
  it("comes about though its letter is edited or closed in the same moment, and says so in it", async () => {
    const { count, seen } = createTally();
    await runEveryInterleaving({
      profiles: [failing("PDF_ENCRYPTED")],
      prepare: ended,
      actors: {
        a: async (app, job) => regenerate(app, job),
        async operator(app, job) {
          const { letter, etag } = await app.deadLetters.require(letterOf(job));
          return app.deadLetters.save({ ...letter, status: "closed" }, etag);
        },
      },
      async judge({ a, operator }, { app, context }) {
        const { job } = await storyOf(app, context);
        expect(job).toMatchObject({ phase: "queued", operations: 2 });
        const { letter } = await app.deadLetters.require(letterOf(context));
        const closed = told(operator);
        count(answerOf(told(a)), letter.status, typeof closed === "string" ? closed : "saved");
      },
    });
    expect(seen()).toEqual(["begun closed saved", "begun replayed VERSION_CONFLICT"]);
  });

  it("and a deletion: one of them wins, and nothing is left of the other", async () => {
    const { count, seen } = createTally();
    await runEveryInterleaving(
      {
        profiles: [twoSteps()],
        prepare: async (app) => ended(app),
        actors: {
          a: async (app, job) => regenerate(app, job, { payload: { text: LARGE } }),
          b: async (app, job) => deleteJob(app, job),
        },
        async judge({ a, b }, { app, context, blobsIn }) {
          const stored = await app.jobs.get(context);
          expect(await blobsIn("payloads")).toHaveLength(stored ? 1 : 0);
          const deleted = told(b);
          count(answerOf(told(a)), typeof deleted === "string" ? deleted : "deleted", stored?.job.phase ?? "gone");
        },
      },
      { blobs: true },
    );
    expect(seen()).toEqual([
      "JOB_NOT_FOUND deleted gone",
      "begun JOB_NOT_TERMINAL queued",
      "begun VERSION_CONFLICT queued",
    ]);
  });
});
