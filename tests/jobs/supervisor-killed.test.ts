import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { claimJob } from "../../src/jobs/claim.ts";
import type { JobRef } from "../../src/jobs/job.ts";
import { superviseJobs } from "../../src/jobs/supervise.ts";
import { echoProfile } from "../support/profiles.ts";
import { collectLog } from "../support/sinks.ts";
import { takeStorageAccount } from "../support/storage-account.ts";
import { startStorageProxy } from "../support/storage-proxy.ts";
import type { StorageProxy } from "../support/storage-proxy.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp } from "../support/test-app.ts";

const CHILD = fileURLToPath(new URL("../support/supervise-once.js", import.meta.url));
const inAnHour = { now: () => new Date(Date.now() + 3_600_000) };

describe("a supervisor that is killed in the middle of a sweep (K13)", () => {
  const account = takeStorageAccount();
  let proxies: { readonly tables: StorageProxy; readonly queues: StorageProxy };
  let test: TestApp;
  beforeAll(async () => {
    const queues = await startStorageProxy(account, "Queue");
    proxies = { queues, tables: await startStorageProxy(queues.connectionString, "Table") };
    test = await createTestApp({ profiles: [echoProfile()], environment: { AzureWebJobsStorage: account } });
  });
  afterAll(async () => Promise.all([proxies.tables.stop(), proxies.queues.stop()]));

  /** Jobs that the supervisor has something to do for: no message, a silent worker, a crash loop. */
  async function leaveBehind(): Promise<readonly [JobRef, JobRef, JobRef]> {
    const submit = async () => {
      const { json } = await test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text: "hi" } } });
      return { workspaceId: "default", jobId: String(json["job_id"]), operationId: String(json["operation_id"]) };
    };
    const jobs = [await submit(), await submit(), await submit()] as const;
    while ((await test.drop("job-requests")) > 0);
    await claimJob(test.app, jobs[1]);
    for (let attempt = 1; attempt <= 4; attempt++)
      await claimJob({ ...test.app, clock: { now: () => new Date(Date.now() + attempt * 600_000) } }, jobs[2]);
    return jobs;
  }

  /** Runs the child, and kills it at its nth call that is about one row. Returns whether it came so far. */
  async function sweepKilledAt(nth: number, at: "before" | "after"): Promise<boolean> {
    let calls = 0;
    const kill = () => {
      child.kill("SIGKILL");
      throw new Error("killed");
    };
    const watch = (url: string) => {
      const isList = url.includes("filter=");
      if (isList || ++calls !== nth) return undefined;
      return at === "before" ? kill() : kill;
    };
    proxies.tables.watch(watch);
    proxies.queues.watch(watch);
    const child: ChildProcess = spawn(process.execPath, [CHILD], {
      env: { ...process.env, AzureWebJobsStorage: proxies.tables.connectionString },
      stdio: ["ignore", "ignore", "inherit"],
    });
    await once(child, "exit");
    return child.signalCode === "SIGKILL";
  }

  it.each(["before", "after"] as const)(
    "leaves nothing that the next sweep does not finish, wherever it dies: %s each of its calls",
    async (at) => {
      for (let nth = 1; ; nth++) {
        const [waiting, silent, looping] = await leaveBehind();
        const wasKilled = await sweepKilledAt(nth, at);
        await superviseJobs({ ...test.app, clock: inAnHour }, collectLog().sink);
        while ((await test.deliver("job-requests")) > 0);

        const read = async (ref: JobRef) => (await test.app.jobs.require(ref)).job;
        expect(await read(waiting)).toMatchObject({ phase: "done", attempt: 1 });
        expect(await read(silent)).toMatchObject({ phase: "done", attempt: 2 });
        expect(await read(looping)).toMatchObject({ phase: "failed", error: { code: "ATTEMPTS_EXHAUSTED" } });
        if (wasKilled) continue;
        expect(nth).toBeGreaterThan(8); // Three rows read, two messages put, three rows written.
        return;
      }
    },
    120_000,
  );
});
