import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startOpenAIServer } from "../../local/emulators/openai/server.ts";
import type { OpenAIServer } from "../../local/emulators/openai/server.ts";
import type { BulkReplayView } from "../../src/contract/bulk-replay-view.ts";
import { startHostProcess } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";
import { makePdf, numberedPages } from "../support/pdfs.ts";
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

  async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
    const isJson = !Buffer.isBuffer(body);
    const headers = { "content-type": isJson ? "application/json" : "application/pdf" };
    const asked = { method: "POST", headers, body: isJson ? JSON.stringify(body) : new Uint8Array(body) };
    const answer = await fetch(host.url + path, asked);
    expect(answer.ok).toBe(true);
    return answer.json() as Promise<Record<string, unknown>>;
  }

  const submit = async (fileId: unknown, more: object = {}) =>
    post("/api/jobs", { job_type: "summarize-pdf", payload: { document: { file_id: fileId } }, ...more });

  /** Jobs whose time to begin is over when their message comes. */
  async function submitLate(fileId: unknown): Promise<void> {
    const runAt = Date.now() + 1000;
    const times = { run_at: new Date(runAt).toISOString(), expires_at: new Date(runAt + 1).toISOString() };
    for (let index = 0; index < 3; index++) await submit(fileId, times);
  }

  it("has curl calls that work as they stand, one after the other, and a replay of many that goes to its end", async () => {
    const { file_id: broken } = await post("/api/files?name=broken.pdf", Buffer.from("%PDF-1.7\n"));
    const { file_id: whole } = await post("/api/files?name=whole.pdf", await makePdf({ pages: numberedPages(2) }));
    for (let index = 0; index < 5; index++) await submit(broken);
    let letters = await openLetters();
    while (letters.length < 5) letters = await openLetters();
    expect(letters.map(({ code }) => code)).toEqual(letters.map(() => "PDF_INVALID"));

    const [first, other] = letters;
    const known: Record<string, string> = {
      OTHER_LETTER_ID: other?.dead_letter_id ?? "",
      DEAD_LETTER_ID: first?.dead_letter_id ?? "",
      FILE_ID: String(whole),
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
    expect(filtered?.match(/"dead_letter_id"/g)).toHaveLength(5);
    expect(alike?.match(/"dead_letter_id"/g)).toHaveLength(5);
    expect(one).toMatch(/^HTTP\/1\.1 200 [^]*^etag: /im);
    expect(edited).toMatch(/"edited_payload":\{"document":\{"file_id":"file_/);
    expect(replayed).toMatch(/^HTTP\/1\.1 202 [^]*^location: /im);
    expect(closed).toContain('"status":"closed"');
    expect(many).toMatch(/^HTTP\/1\.1 202 [^]*"status":"running"/i);
    expect(read).toContain('"replay_id"');
    expect(stopped).toContain('"status":"stopped"');
    expect(poison).toContain('"capability":"documents"');

    await submitLate(whole);
    const late = async () => (await openLetters()).filter(({ code }) => code === "EXPIRED");
    while ((await late()).length < 3) await late();
    const asked = { filter: { code: "EXPIRED" }, reason: "the clock was wrong", canary: 1 };
    const begun = (await post("/api/ops/dead-letters/replay", asked)) as unknown as BulkReplayView;
    let replay = begun;
    while (replay.status === "running")
      replay = (await get(new URL(begun.links.self).pathname)) as unknown as BulkReplayView;
    expect(replay).toMatchObject({ status: "done", replayed: 3, ended: 3, failed_again: 0, skipped: 0 });
  });
});
