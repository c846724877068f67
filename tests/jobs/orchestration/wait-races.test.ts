import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import type { App } from "../../../src/app.ts";
import { answerCall } from "../../../src/jobs/answer-call.ts";
import { decideJob } from "../../../src/jobs/decide.ts";
import { evolve } from "../../../src/jobs/life/evolve.ts";
import type { Job } from "../../../src/jobs/life/job.ts";
import type { WaitingFor } from "../../../src/jobs/life/waiting-for.ts";
import type { StepAnswer } from "../../../src/jobs/orchestration/plan.ts";
import { runStep } from "../../../src/jobs/orchestration/run-step.ts";
import { claimJob } from "../../../src/jobs/work/claim.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import { defineProfile } from "../../../src/profiles/define-profile.ts";
import type { Profile } from "../../../src/profiles/define-profile.ts";
import { runEveryInterleaving } from "../../support/interleavings.ts";
import { storyOf } from "../../support/job-story.ts";
import { createTally, submit, told } from "../../support/racers.ts";
import { collectLog } from "../../support/sinks.ts";

const MINUTE_MS = 60_000;
const until = new Date(Date.now() + 60 * MINUTE_MS);
/** For the one the time is over, for the other it is not: the clocks of two machines differ. */
const late = (app: App): App => ({ ...app, clock: { now: () => new Date(until.getTime() + 1) } });
const early = (app: App): App => ({ ...app, clock: { now: () => new Date(until.getTime() - 1) } });

type Steps = Parameters<typeof defineProfile<typeof payload, typeof result>>[0]["steps"];
const payload = z.strictObject({ text: z.string() });
const result = z.object({ decision: z.string().optional(), said: z.unknown().optional() });

const profileOf = (steps: Steps): Profile =>
  defineProfile({
    ...{ id: "echo", version: 1, title: "Waits", description: "Waits", durationClass: "hours" },
    ...{ capability: "documents", modes: ["async"], payload, result, steps },
    examples: [{ name: "hello", payload: { text: "hello" } }],
  });

const approved = (onTimeout: "approve" | "reject"): Profile =>
  profileOf((start) =>
    start
      .approval("wait", { timeoutMs: 60 * MINUTE_MS, onTimeout, show: () => ({ title: "?" }) })
      .step("after", { timeoutMs: 1000 }, async ({ outputs }) => ({ said: outputs.wait })),
  );

const approvedLast = (onTimeout: "approve" | "reject"): Profile =>
  profileOf((start) => start.approval("wait", { timeoutMs: 60 * MINUTE_MS, onTimeout, show: () => ({ title: "?" }) }));

const called = profileOf((start) =>
  start
    .call("wait", { worker: "nobody", request: () => ({}), answer: z.unknown(), deadlineMs: 60 * MINUTE_MS })
    .step("after", { timeoutMs: 1000 }, async ({ outputs }) => ({ said: outputs.wait })),
);

const common = { step: "wait", since: new Date(0), until };
const anApproval = (onTimeout: "approve" | "reject"): WaitingFor => ({
  ...{ ...common, kind: "approval", quorum: 1, allowSelf: false, onTimeout, title: "?", votes: [] },
});
const aCall: WaitingFor = { ...common, kind: "call", worker: "nobody", failures: 0 };

/** A job that waits, and that an orchestration leads. */
const waiting = (waitingFor: WaitingFor) => async (app: App) => {
  const job = await submit(app);
  await claimJob(app, job);
  const stored = await app.jobs.require(job);
  await app.jobs.save(evolve(stored.job, { type: "suspended", leaseUntil: until, waitingFor }, new Date()), stored);
  return (await app.jobs.require(job)).job;
};

/** What the orchestration does with the activity: once more, as long as that asks for it. */
async function look(app: App, job: Job, to: "approval" | "call"): Promise<StepAnswer["outcome"]> {
  const { workspaceId, jobId, operationId, profileVersion, priority } = job;
  const claimId = job.phase === "waiting" ? job.claimId : "none";
  const call = { lead: { workspaceId, jobId, operationId, profileVersion, priority, claimId }, step: "wait", do: to };
  for (;;) {
    const answer = await runStep(app, call, collectLog().sink);
    if (answer.outcome !== "again") return answer.outcome;
  }
}

const vote = async (app: App, ref: Job, decision: "approve" | "reject") =>
  (await decideJob(early(app), { ref, voter: "bob", vote: { decision } })).isDecided;

/** How the step ended: by its output or by the job's error. */
function endOf(job: Job): unknown {
  if (job.phase === "failed") return job.error.code;
  const checkpoint = job.steps[0]?.checkpoint;
  const output = job.phase === "done" ? resultOf(job) : checkpoint && "inline" in checkpoint && outputOf(checkpoint);
  return output && typeof output === "object" && "decision" in output ? output.decision : output;
}

const outputOf = ({ inline }: { readonly inline?: unknown }) => (inline as { output?: unknown }).output;
const resultOf = ({ result }: Extract<Job, { phase: "done" }>) => "inline" in result && result.inline;

describe("a vote, and the end of the time to vote", () => {
  const rejected = {
    decision: "reject",
    onTimeout: "approve",
    byVote: "APPROVAL_REJECTED",
    byTime: "timed_out",
  } as const;
  const accepted = {
    decision: "approve",
    onTimeout: "reject",
    byVote: "approved",
    byTime: "APPROVAL_TIMED_OUT",
  } as const;

  it.each([
    { ...rejected, place: "between", profile: approved("approve") },
    { ...rejected, place: "last", profile: approvedLast("approve") },
    { ...accepted, place: "between", profile: approved("reject") },
    { ...accepted, place: "last", profile: approvedLast("reject") },
  ] as const)(
    "$decision, or $onTimeout on timeout, $place: who was told that the vote counts, is believed (R-259)",
    async ({ decision, onTimeout, profile, byVote, byTime }) => {
      const { count, seen } = createTally();
      await runEveryInterleaving({
        profiles: [profile],
        prepare: waiting(anApproval(onTimeout)),
        actors: {
          activity: async (app, job) => look(late(app), job, "approval"),
          voter: async (app, job) => vote(app, job, decision),
        },
        async judge({ activity, voter }, { app, context }) {
          const { job } = await storyOf(app, context);
          const isHeard = told(voter);
          expect([true, "JOB_NOT_WAITING"]).toContain(isHeard);
          expect(endOf(job)).toBe(isHeard === true ? byVote : byTime);
          count(endOf(job), told(activity));
        },
      });
      expect(seen()).toHaveLength(2);
    },
    300_000,
  );
});

describe("a callback, and whatever ends the wait for it", () => {
  const WORKERS = {
    EXTERNAL_WORKERS: "nobody=http://localhost:1",
    EXTERNAL_WORKER_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    CALLBACK_SECRET: "c".repeat(32),
    PUBLIC_ORIGIN: "https://jobs.example.com",
  };
  const target = (job: Job) => ({ workspaceId: job.workspaceId, operationId: job.operationId, step: "wait" });

  const refusing = (app: App): App => {
    const call = async () => Promise.reject(new MillraceError("EXTERNAL_WORKER_REFUSED", "no"));
    return { ...app, externalWorkers: { ...app.externalWorkers, call } };
  };

  it.each([
    { end: "the end of its time", by: late, waitingFor: aCall, otherwise: "DEADLINE_PASSED" },
    { end: "a worker that refuses", by: refusing, waitingFor: aCall, otherwise: "EXTERNAL_WORKER_REFUSED" },
    { end: "the last try", by: early, waitingFor: { ...aCall, failures: 5 }, otherwise: "ATTEMPTS_EXHAUSTED" },
  ] as const)(
    "$end: who was told that it is written down, is believed (R-269)",
    async ({ by, waitingFor, otherwise }) => {
      const { count, seen } = createTally();
      await runEveryInterleaving({
        profiles: [called],
        environment: WORKERS,
        prepare: waiting(waitingFor),
        actors: {
          activity: async (app, job) => look(by(app), job, "call"),
          worker: async (app, job) => (await answerCall(early(app), target(job), { output: "here" })).isToHear,
        },
        async judge({ activity, worker }, { app, context }) {
          const { job } = await storyOf(app, context);
          const isHeard = told(worker);
          expect([true, "JOB_NOT_WAITING"]).toContain(isHeard);
          expect(endOf(job)).toBe(isHeard === true ? "here" : otherwise);
          count(endOf(job), told(activity));
        },
      });
      expect(seen()).toHaveLength(2);
    },
    300_000,
  );

  it("an answer in the response: the first to be written is believed", async () => {
    const { count, seen } = createTally();
    await runEveryInterleaving({
      profiles: [called],
      environment: WORKERS,
      prepare: waiting(aCall),
      actors: {
        async activity(app, job) {
          const call = async () => ({ outcome: "answered", output: "response" }) as const;
          return look({ ...app, externalWorkers: { ...app.externalWorkers, call } }, job, "call");
        },
        worker: async (app, job) => (await answerCall(early(app), target(job), { output: "callback" })).isToHear,
      },
      async judge({ worker }, { app, context }) {
        const { job } = await storyOf(app, context);
        const isHeard = told(worker);
        expect([true, false]).toContain(isHeard);
        expect(endOf(job)).toBe(isHeard === true ? "callback" : "response");
        count(endOf(job));
      },
    });
    expect(seen()).toEqual(["callback", "response"]);
  }, 300_000);
});
