import { describe, expect, it } from "@jest/globals";
import type { App } from "../../src/app.ts";
import { deleteJob } from "../../src/jobs/delete-job.ts";
import type { Job } from "../../src/jobs/life/job.ts";
import { partitionOf } from "../../src/jobs/store/job-row.ts";
import { wakeUp } from "../../src/jobs/supervision/wake-up.ts";
import { claimJob } from "../../src/jobs/work/claim.ts";
import { ClaimedJob } from "../../src/jobs/work/claimed-job.ts";
import { releaseJob } from "../../src/jobs/work/release.ts";
import { MillraceError } from "../../src/platform/errors.ts";
import { newOperationId } from "../../src/platform/ids.ts";
import { logTo } from "../../src/platform/log.ts";
import { runEveryInterleaving } from "../support/interleavings.ts";
import { storyOf } from "../support/job-story.ts";
import { relayProfile } from "../support/profiles.ts";
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
import { collectLog } from "../support/sinks.ts";

const HOUR_MS = 3_600_000;

const claimed = async (app: App) => claim(app, await submit(app));
const claimJobOf = async (app: App, job: Job) => claimJob(app, job);

describe("a cancel and a worker (P3, P19, P21)", () => {
  it.each([
    ["completes the job", twoSteps(), "done"],
    ["gives up", failing("PDF_ENCRYPTED"), "failed"],
  ] as const)(
    "that %s: one wins in every order, and both are told the truth",
    async (_, profile, end) => {
      const { count, seen } = createTally();
      await runEveryInterleaving(
        {
          profiles: [profile],
          prepare: submit,
          actors: { worker: work, client: async (app, job) => cancel(app, job) },
          async judge({ worker, client }, { app, context, blobsIn }) {
            const { job, ends } = await storyOf(app, context);
            const received = told(worker);
            if (job.phase === "cancelled") expect(told(client)).toEqual(job);
            else expect([job.phase, told(client)]).toEqual([end, "JOB_ALREADY_ENDED"]);
            expect(ends).toHaveLength(1);
            expect(await blobsIn("checkpoints")).toEqual([]);
            count(job.phase, outcomeOf(received));
          },
        },
        { blobs: true },
      );
      expect(seen()).toEqual(["cancelled cancelled", "cancelled obsolete", `${end} ran`].sort());
    },
    300_000,
  );

  it("that puts the job back: it is cancelled in the end, whoever was first", async () => {
    const { count, seen } = createTally();
    await runEveryInterleaving({
      profiles: [failing("DOWNLOAD_FAILED")],
      prepare: submit,
      actors: { worker: work, client: async (app, job) => cancel(app, job) },
      async judge({ worker, client }, { app, context }) {
        const { job, ends } = await storyOf(app, context);
        expect([told(client), ends]).toEqual([job, ["cancelled"]]);
        count(outcomeOf(told(worker)), job.attempt, "retryAt" in job);
      },
    });
    expect(seen()).toEqual(["cancelled 1 false", "obsolete 0 false", "ran 1 false"]);
  }, 300_000);

  it("that hands the job back because its process ends", async () => {
    const { count, seen } = createTally();
    await runEveryInterleaving({
      profiles: [twoSteps()],
      prepare: claimed,
      actors: {
        async worker(app, stored) {
          const { steps } = stored.job;
          return releaseJob(app, new ClaimedJob(stored, app), { steps, usage: undefined, withinMs: 60_000 });
        },
        client: async (app, { job }) => cancel(app, job),
      },
      async judge({ worker, client }, { app, context }) {
        const { job, ends } = await storyOf(app, context.job);
        expect([told(client), ends]).toEqual([job, ["cancelled"]]);
        const released = told(worker);
        count(typeof released === "string" ? released : released.phase);
      },
    });
    expect(seen()).toEqual(["JOB_CANCELLED", "queued"]);
  }, 300_000);

  it("and one that takes the job from it, whose lease is over", async () => {
    const { count, seen } = createTally();
    await runEveryInterleaving({
      profiles: [relayProfile({ one: async ({ payload }) => payload })],
      prepare: claimed,
      actors: {
        late: run,
        async thief(app, { job }) {
          const clock = { now: () => new Date(Date.now() + HOUR_MS) };
          return claimJob({ ...app, clock }, job);
        },
        client: async (app, { job }) => cancel(app, job),
      },
      async judge({ late, thief, client }, { app, context }) {
        const { job, ends } = await storyOf(app, context.job);
        expect(ends).toHaveLength(1);
        expect(told(client)).toEqual(job.phase === "done" ? "JOB_ALREADY_ENDED" : job);
        const ran = told(late);
        count(job.phase, typeof ran === "string" ? ran : "ran", outcomeOf(told(thief)));
      },
    });
    expect(seen()).toEqual([
      "cancelled JOB_CANCELLED claimed",
      "cancelled JOB_CANCELLED obsolete",
      "cancelled LEASE_LOST claimed",
      "done ran obsolete",
    ]);
  }, 300_000);

  it("and another with the same message, when neither has claimed the job yet", async () => {
    const { count, seen } = createTally();
    await runEveryInterleaving({
      profiles: [twoSteps()],
      prepare: submit,
      actors: { one: claimJobOf, two: claimJobOf, client: async (app, job) => cancel(app, job) },
      async judge({ one, two, client }, { app, context }) {
        const { job, ends } = await storyOf(app, context);
        expect([told(client), ends]).toEqual([job, ["cancelled"]]);
        count(job.attempt, ...[one, two].map((worker) => outcomeOf(told(worker))).sort());
      },
    });
    expect(seen()).toEqual(["0 obsolete obsolete", "1 claimed notYet", "1 claimed obsolete"]);
  }, 300_000);
});

describe("a cancel in every state", () => {
  const profile = relayProfile({
    one: async () => ({}),
    async two({ payload }) {
      if (payload.text === "hi") return payload;
      throw new MillraceError(payload.text as "PDF_ENCRYPTED", "no");
    },
  });
  /** The second operation of a job. */
  const second = async (app: App, text = "hi") =>
    (await regenerate(app, await cancel(app, await submit(app)), { payload: { text } })).job;
  const worked = async (app: App, text: string) => {
    const job = await second(app, text);
    await work(app, job);
    return (await app.jobs.require(job)).job;
  };
  const STATES: Readonly<Record<string, (app: App) => Promise<Job>>> = {
    queued: second,
    retrying: async (app) => worked(app, "DOWNLOAD_FAILED"),
    running: async (app) => (await claim(app, await second(app))).job,
    done: async (app) => worked(app, "hi"),
    failed: async (app) => worked(app, "PDF_ENCRYPTED"),
    cancelled: async (app) => cancel(app, await second(app)),
  };
  const ENDED = ["done", "failed"];

  it.each(
    Object.keys(STATES).flatMap((state) =>
      ["current", "any", "old", "future", "foreign"].map((asked) => [state, asked]),
    ),
  )("%s: ends the %s operation, or says why not", async (state, asked) => {
    await runEveryInterleaving({
      profiles: [profile],
      async prepare(app) {
        const prepare = STATES[state];
        if (!prepare) throw new Error(`There is no state "${state}"`);
        const job = await prepare(app);
        const [accepted] = (await storyOf(app, job)).lines;
        return { job, old: accepted?.operationId };
      },
      actors: {
        async client(app, { job, old }) {
          const operations = { current: job.operationId, old, future: newOperationId(job.jobId) };
          const ref = asked === "foreign" ? { ...job, workspaceId: "other" } : job;
          return cancel(app, ref, (operations as Record<string, string | undefined>)[asked]);
        },
      },
      async judge({ client }, { app, context }) {
        const { job } = await storyOf(app, context.job);
        const answer = told(client);
        if (asked === "foreign") expect(answer).toBe("JOB_NOT_FOUND");
        else if (asked === "old" || asked === "future") expect(answer).toBe("OPERATION_SUPERSEDED");
        else if (ENDED.includes(state)) expect(answer).toBe("JOB_ALREADY_ENDED");
        else expect(answer).toEqual(job);
        if (typeof answer === "string") expect(job).toEqual(context.job);
        else expect(job).toMatchObject({ phase: "cancelled", operationId: context.job.operationId });
      },
    });
  });
});

describe("two cancels", () => {
  it.each([
    ["of a queued job", async (app: App) => submit(app)],
    ["of a job at work", async (app: App) => (await claimed(app)).job],
  ] as const)(
    "%s are one: the same job, the same etag, one line in its history",
    async (_, prepare) => {
      await runEveryInterleaving({
        profiles: [twoSteps()],
        prepare,
        actors: { a: async (app, job) => cancel(app, job), b: async (app, job) => cancel(app, job, job.operationId) },
        async judge({ a, b }, { app, context }) {
          const { job, ends } = await storyOf(app, context);
          expect([told(a), told(b), ends]).toEqual([job, job, ["cancelled"]]);
        },
      });
    },
    300_000,
  );
});

describe("a cancel and the supervisor", () => {
  it.each([
    ["sends a message again", { isClaimed: false, maxAttempts: 4, end: "cancelled resend" }],
    ["puts a job back whose worker is silent", { isClaimed: true, maxAttempts: 4, end: "cancelled redrive" }],
    ["ends a crash loop", { isClaimed: true, maxAttempts: 1, end: "failed giveUp" }],
  ] as const)(
    "that %s: one wins in every order",
    async (_, { isClaimed, maxAttempts, end }) => {
      const { count, seen } = createTally();
      await runEveryInterleaving({
        profiles: [relayProfile({ one: async () => ({}), two: async () => ({}) }, { maxAttempts })],
        async prepare(app) {
          const job = await submit(app);
          if (isClaimed) await claim(app, job);
          const { dueAt } = await app.jobs.require(job);
          if (!dueAt) throw new Error("The job is never due");
          const rows = await app.due.list({ partition: partitionOf(job), until: dueAt, limit: 1 });
          return { job, rows };
        },
        actors: {
          client: async (app, { job }) => cancel(app, job),
          async supervisor(app, { rows }) {
            const clock = { now: () => new Date(Date.now() + HOUR_MS) };
            const [row] = rows;
            if (!row) throw new Error("There is no wake-up row");
            return wakeUp({ ...app, clock }, row, logTo(collectLog().sink));
          },
        },
        async judge({ client, supervisor }, { app, context }) {
          const { job, ends } = await storyOf(app, context.job);
          expect(ends).toHaveLength(1);
          expect(told(client)).toEqual(job.phase === "failed" ? "JOB_ALREADY_ENDED" : job);
          count(job.phase, told(supervisor));
        },
      });
      expect(seen()).toEqual(["cancelled VERSION_CONFLICT", "cancelled stray", end].sort());
    },
    300_000,
  );
});

describe("a cancel and a deletion", () => {
  it("of a job that is cancelled: it is gone, or was not there to be cancelled", async () => {
    const { count, seen } = createTally();
    await runEveryInterleaving({
      profiles: [twoSteps()],
      async prepare(app) {
        const job = await submit(app);
        return cancel(app, job);
      },
      actors: { a: async (app, job) => cancel(app, job), b: async (app, job) => deleteJob(app, job) },
      async judge({ a, b }, { app, context }) {
        expect(await app.jobs.get(context)).toBeUndefined();
        expect(told(b)).toEqual({});
        const answer = told(a);
        count(typeof answer === "string" ? answer : answer.phase);
      },
    });
    expect(seen()).toEqual(["JOB_NOT_FOUND", "cancelled"]);
  });
});

describe("the races themselves", () => {
  it("find the fault when the fence is taken away", async () => {
    const unfenced = (app: App): App => ({
      ...app,
      jobs: {
        ...app.jobs,
        save: async (job, stored, replace) => {
          const current = await app.jobs.require(stored.job);
          return app.jobs.save(job, { ...stored, etag: current.etag }, replace);
        },
      },
    });
    const racing = runEveryInterleaving({
      profiles: [twoSteps()],
      prepare: submit,
      actors: { worker: async (app, job) => work(unfenced(app), job), client: async (app, job) => cancel(app, job) },
      async judge(_, { app, context }) {
        expect((await storyOf(app, context)).ends).toHaveLength(1);
      },
    });
    await expect(racing).rejects.toThrow();
  });
});
