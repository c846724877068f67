import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startOpenAIServer } from "../../local/emulators/openai/server.ts";
import type { OpenAIServer } from "../../local/emulators/openai/server.ts";
import type { BulkReplayView } from "../../src/contract/bulk-replay-view.ts";
import { startHostProcess } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";
import { takeStorageAccount } from "../support/storage-account.ts";

const sh = async (command: string) => (await promisify(execFile)("sh", ["-c", command])).stdout;

/** The page's curl calls, in order; a `\` at a line's end goes on with the next. */
function curlCommands(): string[] {
  const blocks = [...readFileSync("docs/dead-letters.md", "utf8").matchAll(/```sh\n(.*?)```/gs)];
  const lines = blocks.flatMap(([, block = ""]) => block.replaceAll("\\\n", " ").split("\n"));
  return lines.filter((line) => line.startsWith("curl"));
}

describe("docs/dead-letters.md", () => {
  let model: OpenAIServer;
  let host: HostProcess;
  beforeAll(async () => {
    model = await startOpenAIServer({ port: 0 });
    host = await startHostProcess({
      AzureWebJobsStorage: takeStorageAccount(),
      OPENAI_BASE_URL: model.baseUrl,
      SUPERVISE_SCHEDULE: "*/1 * * * * *",
    });
  });
  afterAll(async () => {
    await host.stop();
    await model.stop();
  });

  const get = async (path: string) => (await fetch(host.url + path)).json() as Promise<Record<string, unknown>>;
  const openLetters = async () =>
    (await get("/api/ops/dead-letters"))["value"] as { dead_letter_id: string; fingerprint: string; code: string }[];

  /** Jobs whose time to begin is over when their message comes. */
  async function failJobs(count: number): Promise<void> {
    const runAt = new Date(Date.now() + 1000);
    const expiresAt = new Date(runAt.getTime() + 1);
    const [run_at, expires_at] = [runAt.toISOString(), expiresAt.toISOString()];
    const body = {
      job_type: "summarize-text",
      payload: { text: "The wheel turns.", max_words: 10 },
      run_at,
      expires_at,
    };
    for (let index = 0; index < count; index++) {
      const asked = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
      expect((await fetch(`${host.url}/api/jobs`, asked)).status).toBe(202);
    }
  }

  it("has curl calls that work as they stand, one after the other, and a replay of many that goes to its end", async () => {
    await failJobs(5);
    let letters = await openLetters();
    while (letters.length < 5) letters = await openLetters();
    expect(letters.map(({ code }) => code)).toEqual(letters.map(() => "EXPIRED"));

    const [first, other] = letters;
    const known: Record<string, string> = {
      OTHER_LETTER_ID: other?.dead_letter_id ?? "",
      DEAD_LETTER_ID: first?.dead_letter_id ?? "",
      FINGERPRINT: first?.fingerprint ?? "",
    };
    const answers: string[] = [];
    for (const command of curlCommands()) {
      const filled = Object.entries(known).reduce((text, [name, value]) => text.replaceAll(name, value), command);
      const answer = await sh(`BASE=${host.url}; ${filled}`);
      known["ETAG"] ??= /^etag: (".*")\r$/im.exec(answer)?.[1] ?? "ETAG";
      if (known["ETAG"] === "ETAG") delete known["ETAG"];
      known["REPLAY_ID"] = /"replay_id":"(\w+)"/.exec(answer)?.[1] ?? "REPLAY_ID";
      answers.push(answer);
    }
    expect(answers.filter((answer) => answer.includes("/problems/"))).toEqual([]);
    const [all, filtered, alike, one, edited, replayed, closed, many, read, stopped, poison] = answers;
    expect(all?.match(/"dead_letter_id"/g)).toHaveLength(5);
    expect(filtered).toBe('{"value":[]}');
    expect(alike?.match(/"dead_letter_id"/g)).toHaveLength(5);
    expect(one).toMatch(/^HTTP\/1\.1 200 [^]*^etag: /im);
    expect(edited).toContain('"edited_payload":{"text":"The miller grinds');
    expect(replayed).toMatch(/^HTTP\/1\.1 202 [^]*^location: /im);
    expect(closed).toContain('"status":"closed"');
    expect(many).toMatch(/^HTTP\/1\.1 202 [^]*"status":"running"/i);
    expect(read).toContain('"replay_id"');
    expect(stopped).toContain('"status":"stopped"');
    expect(poison).toContain('"capability":"documents"');

    await failJobs(3);
    while ((await openLetters()).length < 3) await failJobs(1);
    const body = JSON.stringify({ filter: {}, reason: "the clock was wrong", canary: 1 });
    const asked = { method: "POST", headers: { "content-type": "application/json" }, body };
    const begun = (await (await fetch(`${host.url}/api/ops/dead-letters/replay`, asked)).json()) as BulkReplayView;
    let replay = begun;
    while (replay.status === "running")
      replay = (await get(new URL(begun.links.self).pathname)) as unknown as BulkReplayView;
    expect(replay).toMatchObject({ status: "done", failed_again: 0, skipped: 0 });
    expect(replay.replayed).toBeGreaterThanOrEqual(3);
  });
});
