import { describe, expect, it } from "@jest/globals";
import type { App } from "../../src/app.ts";
import type { ErrorCode } from "../../src/contract/error-codes.ts";
import type { Job } from "../../src/jobs/life/job.ts";
import { envelopeOf } from "../../src/jobs/store/dispatch.ts";
import { submitJob } from "../../src/jobs/submit.ts";
import type { SubmitCommand } from "../../src/jobs/submit.ts";
import { superviseJobs } from "../../src/jobs/supervision/supervise.ts";
import { claimJob } from "../../src/jobs/work/claim.ts";
import { receiveMessage } from "../../src/jobs/work/receive-message.ts";
import { MillraceError } from "../../src/platform/errors.ts";
import { echoProfile } from "../support/profiles.ts";
import { collectLog } from "../support/sinks.ts";
import { createTestApp } from "../support/test-app.ts";

/** An app whose clock the test moves, and a job in it. */
interface Scene {
  readonly app: App;
  readonly job: Job;
  readonly pass: (seconds: number) => void;
  readonly work: () => Promise<unknown>;
  readonly sweep: () => Promise<unknown>;
}

async function scene(command: Partial<SubmitCommand>, work?: Parameters<typeof echoProfile>[0]): Promise<Scene> {
  const test = await createTestApp({ profiles: [echoProfile(work, { maxAttempts: 2 })] });
  let elapsedMs = 0;
  const start = Date.now();
  const app: App = { ...test.app, clock: { now: () => new Date(start + elapsedMs) } };
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const payload = { text: "hi" };
  const { job } = await submitJob(app, { workspaceId: "default", jobType: "echo", payload, traceparent, ...command });
  return {
    app,
    job,
    pass: (seconds) => void (elapsedMs += seconds * 1000),
    work: async () => receiveMessage({ ...app, setAside: async () => undefined }, envelopeOf(job)),
    sweep: async () => superviseJobs(app, collectLog().sink),
  };
}

const failing = (code: ErrorCode) => async () => {
  throw new MillraceError(code, "no");
};
const soon = () => new Date(Date.now() + 60_000).toISOString();

/** Every way for a job to fail, up to the commit that says so. */
const WAYS: Record<string, { readonly code: ErrorCode; run(): Promise<Scene> }> = {
  "a failure that is permanent (R-222)": {
    code: "PDF_INVALID",
    async run() {
      const at = await scene({}, failing("PDF_INVALID"));
      await at.work();
      return at;
    },
  },
  "the last of its tries": {
    code: "DOWNLOAD_FAILED",
    async run() {
      const at = await scene({}, failing("DOWNLOAD_FAILED"));
      await at.work();
      at.pass(60);
      await at.work();
      return at;
    },
  },
  "a crash loop, which a worker ends": {
    code: "ATTEMPTS_EXHAUSTED",
    async run() {
      const at = await scene({});
      for (let tries = 0; tries < 3; tries++) {
        await claimJob(at.app, at.job);
        at.pass(61);
      }
      return at;
    },
  },
  "a crash loop, which the supervisor ends": {
    code: "ATTEMPTS_EXHAUSTED",
    async run() {
      const at = await scene({});
      for (let tries = 0; tries < 2; tries++) {
        await claimJob(at.app, at.job);
        at.pass(61);
      }
      at.pass(3600);
      await at.sweep();
      return at;
    },
  },
  "being too late, which a worker finds (R-221)": {
    code: "EXPIRED",
    async run() {
      const at = await scene({ expiresAt: soon() });
      at.pass(61);
      await at.work();
      return at;
    },
  },
  "being too late, which the supervisor finds (R-221)": {
    code: "EXPIRED",
    async run() {
      const at = await scene({ expiresAt: soon() });
      at.pass(61);
      await at.sweep();
      return at;
    },
  },
  "a type that nobody knows any more": {
    code: "UNKNOWN_JOB_TYPE",
    async run() {
      const at = await scene({});
      const profiles = { ...at.app.profiles, knows: () => false };
      const receive = async () =>
        receiveMessage({ ...at.app, profiles, setAside: async () => undefined }, envelopeOf(at.job));
      await receive();
      at.pass(25 * 3600);
      await receive();
      return at;
    },
  },
};

describe("a job that fails for good", () => {
  it.each(Object.entries(WAYS))(
    "has one open dead letter, in the same write: by %s (P25, R-213, R-220)",
    async (_, way) => {
      const { app, job, work, sweep, pass } = await way.run();
      const failed = (await app.jobs.require(job)).job;
      expect(failed).toMatchObject({ phase: "failed", error: { code: way.code } });
      for (let again = 0; again < 2; again++) {
        const listed = await app.deadLetters.list({}, 10);
        expect(listed.map((each) => "stored" in each && each.stored.letter)).toMatchObject([
          {
            status: "open",
            jobId: job.jobId,
            operationId: job.operationId,
            error: { code: way.code },
            attempts: failed.attempt,
          },
        ]);
        // What still comes in for the operation changes nothing.
        pass(60);
        await work();
        await sweep();
      }
    },
  );
});
