import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startOpenAIServer } from "../../local/emulators/openai/server.ts";
import type { OpenAIServer } from "../../local/emulators/openai/server.ts";
import { scheduleViewSchema } from "../../src/contract/schedule-view.ts";
import type { ScheduleView } from "../../src/contract/schedule-view.ts";
import { startHostProcess } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";
import { takeStorageAccount } from "../support/storage-account.ts";
import { createTestApp } from "../support/test-app.ts";

const sh = async (command: string) => (await promisify(execFile)("sh", ["-c", command])).stdout;

/** The page's curl calls, in order; a `\` at a line's end goes on with the next. */
function curlCommands(): string[] {
  const blocks = [...readFileSync("docs/schedules.md", "utf8").matchAll(/```sh\n(.*?)```/gs)];
  const lines = blocks.flatMap(([, block = ""]) => block.replaceAll("\\\n", " ").split("\n"));
  return lines.filter((line) => line.startsWith("curl"));
}

describe("schedules on a host", () => {
  const storage = takeStorageAccount();
  let model: OpenAIServer;
  let host: HostProcess;
  beforeAll(async () => {
    model = await startOpenAIServer({ port: 0 });
    host = await startHostProcess({
      AzureWebJobsStorage: storage,
      OPENAI_BASE_URL: model.baseUrl,
      SCHEDULE_TICK: "*/1 * * * * *",
    });
  });
  afterAll(async () => {
    await host.stop();
    await model.stop();
  });

  it("docs/schedules.md has curl calls that work as they stand, one after the other", async () => {
    const past = Math.floor((Date.now() - 24 * 3_600_000) / 1000) * 1000;
    const known: Record<string, string> = {
      FROM: new Date(past - 2 * 24 * 3_600_000).toISOString(),
      PAST: new Date(past).toISOString(),
    };
    const answers: string[] = [];
    for (const command of curlCommands()) {
      const filled = Object.entries(known).reduce((text, [name, value]) => text.replaceAll(name, value), command);
      const answer = await sh(`BASE=${host.url}; ${filled}`);
      const etag = /^etag: (".*")\r$/im.exec(answer)?.[1];
      if (etag !== undefined) known["ETAG"] = etag;
      answers.push(answer);
    }
    expect(answers.filter((answer) => answer.includes("/problems/"))).toEqual([]);
    const [created, listed, read, occurrences, changed, ran, ranFor, filled, deleted] = answers;
    expect(created).toMatch(/^HTTP\/1\.1 201 [^]*^location: /im);
    expect(listed).toContain('"name":"nightly"');
    expect(read).toMatch(/^etag: /im);
    expect(occurrences).toBe('{"value":[]}');
    expect(changed).toContain('"enabled":false');
    expect(ran).toMatch(/^HTTP\/1\.1 202 [^]*"outcome":"submitted"/i);
    expect(ranFor).toContain('"trigger":"manual"');
    expect(filled?.match(/"trigger":"backfill"/g)?.length).toBeGreaterThan(0);
    expect(deleted).toMatch(/^HTTP\/1\.1 204 /);
  });

  it("fires by its timer, and the job ends", async () => {
    const headers = { "content-type": "application/json" };
    const job = { job_type: "summarize-text", payload: { texts: ["It rained, and the river rose."] } };
    const body = JSON.stringify({ name: "by-itself", cron: "* * * * *", submit: { job } });
    expect((await fetch(`${host.url}/api/ops/schedules`, { method: "POST", headers, body })).status).toBe(201);
    // Nobody wants to wait for the next minute: the schedule has seen nothing of the last.
    const { app } = await createTestApp({ environment: { AzureWebJobsStorage: storage } });
    const { schedule, etag } = await app.schedules.require({ workspaceId: "default", name: "by-itself" });
    const nextAt = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    await app.schedules.save({ ...schedule, seenUntil: new Date(nextAt.getTime() - 1), nextAt }, etag);
    const read = async (): Promise<ScheduleView> =>
      scheduleViewSchema.parse(await (await fetch(`${host.url}/api/ops/schedules/by-itself`)).json());
    let view = await read();
    while (view.last_occurrence?.status !== "completed") view = await read();
    expect(view.last_occurrence).toMatchObject({ trigger: "schedule", outcome: "submitted" });
  });
});
