import { afterEach, describe, expect, it } from "@jest/globals";
import { startOpenAIServer } from "../../local/emulators/openai/server.ts";
import { report } from "../../src/profiles/report.ts";
import { createLedApp } from "../support/led-app.ts";
import type { LedApp } from "../support/led-app.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function drafted(): Promise<{ readonly app: LedApp; readonly path: string }> {
  const model = await startOpenAIServer({ port: 0 });
  cleanups.push(async () => model.stop());
  const app = await createLedApp(report, { OPENAI_BASE_URL: model.baseUrl });
  const payload = report.examples[0]?.payload;
  return { app, path: await app.submit("alice", { job_type: "report", payload }) };
}

const DAY = 24 * 3600;

describe("report", () => {
  it("publishes the draft when somebody has approved it", async () => {
    const { app, path } = await drafted();
    const { approval } = (await app.view(path)) as { approval: { title: string; details: { draft: string } } };
    expect(approval.title).toBe('Publish the report "The mill"?');
    expect(approval.details.draft).toMatch(/^# The mill\n\n.*1907/);
    const headers = { "x-ms-client-principal-name": "bob" };
    await app.send("POST", `${path}/decision`, { headers, body: { decision: "approve" } });
    expect(await app.view(path)).toMatchObject({
      status: "completed",
      result: { artifact: "report.md", approved_by: ["bob"] },
      usage: { calls: 1 },
    });
    const published = await app.request("GET", `${path}/artifacts/report.md`);
    expect([published.headers.get("content-type"), published.text]).toEqual(["text/markdown", approval.details.draft]);
  });

  it("asks again after two days, and gives up after seven", async () => {
    const { app, path } = await drafted();
    await app.pass(2 * DAY);
    expect(await app.view(path)).toMatchObject({ wait_reason: { code: "APPROVAL_OVERDUE" } });
    await app.pass(5 * DAY);
    expect(await app.view(path)).toMatchObject({ status: "failed", error: { code: "APPROVAL_TIMED_OUT" } });
    expect((await app.request("GET", `${path}/artifacts/report.md`)).status).toBe(404);
  });
});
