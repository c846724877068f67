import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startOpenAIServer } from "../../local/emulators/openai/server.ts";
import type { OpenAIServer } from "../../local/emulators/openai/server.ts";
import { startHostProcess } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";
import { takeStorageAccount } from "../support/storage-account.ts";

type View = Readonly<Record<string, unknown>>;

const ENDED = ["completed", "failed", "cancelled"];

const text = (key: string, about: string, more: object = {}) => ({
  key,
  job_type: "summarize-text",
  payload: { texts: [`The ${about} was built of stone. It stands at the river. Many people work there every day.`] },
  ...more,
});

const result = (key: string) => ({ $from: key, path: "/summary" });

describe("batches on a host", () => {
  let model: OpenAIServer;
  let host: HostProcess;
  const environment = { SUPERVISE_SCHEDULE: "*/1 * * * * *", PATIENCE_SECONDS: "2" };
  const storage = takeStorageAccount();
  const start = async () =>
    startHostProcess({ ...environment, AzureWebJobsStorage: storage, OPENAI_BASE_URL: model.baseUrl });
  beforeAll(async () => {
    model = await startOpenAIServer({ port: 0 });
    host = await start();
  });
  afterAll(async () => {
    await host.stop();
    await model.stop();
  });

  async function submit(body: unknown): Promise<string> {
    const answer = await fetch(`${host.url}/api/batches`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(202);
    return new URL(answer.headers.get("location") ?? "").pathname;
  }

  const get = async (path: string) => (await fetch(host.url + path)).json() as Promise<View>;

  async function ended(path: string): Promise<View> {
    for (;;) {
      const batch = await get(path);
      if (ENDED.includes(String(batch["status"]))) return batch;
    }
  }

  it("run what waits behind what it waits for, with its results, and a last job (R-112, R-118)", async () => {
    const path = await submit({
      items: [
        text("mill", "mill"),
        text("bridge", "bridge"),
        {
          key: "both",
          job_type: "summarize-text",
          payload: { texts: [result("mill"), result("bridge")] },
          depends_on: ["mill", "bridge"],
        },
      ],
      finally: { job_type: "summarize-text", payload: { texts: { $from: "*", path: "/summary" } } },
    });
    const batch = await ended(path);
    expect(batch).toMatchObject({ status: "completed", counts: { completed: 3 }, finally: { status: "completed" } });
    const [mill, , both] = batch["items"] as View[];
    const jobOf = async (item: View | undefined) => get(`/api/jobs/${String(item?.["job_id"])}`);
    const [first, last] = [await jobOf(mill), await jobOf(both)];
    expect(new Date(String(first["completed_at"])) <= new Date(String(last["started_at"]))).toBe(true);
    expect(last).toMatchObject({ batch_key: "both", result: { texts: 2 } });
  });

  it("end though the host is killed in the middle (R-120)", async () => {
    const chain = Array.from({ length: 6 }, (_, index) =>
      text(`k${index}`, `house ${index}`, index > 0 ? { depends_on: [`k${index - 1}`] } : {}),
    );
    const path = await submit({ items: chain });
    for (;;) {
      const { counts } = (await get(path)) as { readonly counts?: Readonly<Record<string, number>> };
      if ((counts?.["completed"] ?? 0) >= 2) break;
    }
    await host.kill();
    host = await start();
    expect(await ended(path)).toMatchObject({ status: "completed", counts: { completed: 6 } });
    const { value } = (await get(`${path}/history`)) as { readonly value: readonly { readonly event: string }[] };
    expect(value.filter(({ event }) => event === "completed")).toHaveLength(1);
  }, 60_000);
});
