import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { until } from "../local/host/support/until.ts";
import { startHostProcess } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";
import { startModelServer } from "../support/model-server.ts";
import type { ModelServer } from "../support/model-server.ts";
import { takeStorageAccount } from "../support/storage-account.ts";
import { createTestApp } from "../support/test-app.ts";

type View = Readonly<Record<string, unknown>>;

/** It waits for people once it is drafted. */
const REPORT = { job_type: "report", payload: { topic: "The mill", sources: ["It was built in 1907."] } };

describe("what is cancelled from within", () => {
  const storage = takeStorageAccount();
  let model: ModelServer;
  let host: HostProcess;
  beforeAll(async () => {
    model = await startModelServer();
    host = await startHostProcess({
      AzureWebJobsStorage: storage,
      OPENAI_BASE_URL: `${model.origin}/v1`,
      SCHEDULE_TICK: "*/1 * * * * *",
    });
  });
  afterAll(async () => {
    await host.stop();
    await model.stop();
  });

  async function send(method: string, path: string, body?: object): Promise<View> {
    const answer = await fetch(host.url + path, {
      method,
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    return (await answer.json()) as View;
  }

  /** How the orchestrations of these jobs stand in the task hub, which only this machine may ask. */
  async function instancesOf(jobs: readonly View[]): Promise<unknown[]> {
    const listed = (await send("GET", "/runtime/webhooks/durabletask/instances")) as unknown as readonly View[];
    const operations = jobs.map(({ operation_id: id }) => String(id));
    return listed
      .filter(({ instanceId }) => operations.some((id) => String(instanceId).startsWith(id)))
      .map(({ runtimeStatus }) => runtimeStatus);
  }

  async function waitingJobs(query: string, count: number): Promise<readonly View[]> {
    return until(async () => {
      const { value } = (await send("GET", `/api/jobs?${query}`)) as { readonly value: readonly View[] };
      const waiting = value.filter(({ phase }) => phase === "waiting");
      return waiting.length === count ? waiting : undefined;
    }, `${count} reports to wait`);
  }

  it("a batch of reports that wait leaves no orchestration behind", async () => {
    const items = ["a", "b", "c"].map((key) => ({ key, ...REPORT }));
    const { batch_id } = await send("POST", "/api/batches", { items });
    const waiting = await waitingJobs(`batch_id=${String(batch_id)}`, items.length);
    expect(await instancesOf(waiting)).toEqual(items.map(() => "Running"));
    await send("POST", `/api/batches/${String(batch_id)}/cancel`);
    await until(
      async () => (await send("GET", `/api/batches/${String(batch_id)}`))["status"] === "cancelled",
      "the batch to be cancelled",
    );
    await until(async () => !(await instancesOf(waiting)).includes("Running"), "the orchestrations to end");
    expect(await instancesOf(waiting)).toEqual(items.map(() => "Terminated"));
  });

  it("a report whose schedule makes the next one leaves no orchestration behind", async () => {
    const { app } = await createTestApp({ environment: { AzureWebJobsStorage: storage } });
    const schedule = { name: "reports", cron: "* * * * *", enabled: false, overlap: "cancel", submit: { job: REPORT } };
    await send("POST", "/api/ops/schedules", schedule);
    /** Nobody wants to wait for the next minute: the schedule has seen nothing of the one so long ago. */
    const makeDue = async (minutesAgo: number) => {
      const nextAt = new Date((Math.floor(Date.now() / 60_000) - minutesAgo) * 60_000);
      const { schedule: known, etag } = await app.schedules.require({ workspaceId: "default", name: "reports" });
      const cron = `${String(nextAt.getUTCMinutes())} * * * *`;
      const seenUntil = new Date(nextAt.getTime() - 1);
      await app.schedules.save({ ...known, enabled: true, cron, seenUntil, nextAt }, etag);
    };
    await makeDue(10);
    const waiting = await waitingJobs("job_type=report&status=running", 1);
    expect(await instancesOf(waiting)).toEqual(["Running"]);
    await makeDue(5);
    await until(async () => !(await instancesOf(waiting)).includes("Running"), "the orchestration to end");
    expect(await instancesOf(waiting)).toEqual(["Terminated"]);
  });
});
