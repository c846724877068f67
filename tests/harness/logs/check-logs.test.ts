import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startOpenAIServer } from "../../../local/emulators/openai/server.ts";
import { makePdf, numberedPages } from "../../support/pdfs.ts";
import { takeStorageAccount } from "../../support/storage-account.ts";

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL("./check-logs.js", import.meta.url));

describe("check-logs", () => {
  let logFile: string;
  const cleanups: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "millrace-logs-"));
    logFile = join(folder, "host.log");
    const model = await startOpenAIServer({ port: 0 });
    cleanups.push(async () => model.stop());
    const storage = { AzureWebJobsStorage: takeStorageAccount(), OPENAI_BASE_URL: model.baseUrl };
    const host = await startHost(storage, folder);
    try {
      await regenerated(host.url, await submitted(host.url));
    } finally {
      await host.stop();
    }
  }, 60_000);

  it("finds nothing wrong with the log of a host that did its work", async () => {
    const { stdout } = await run(process.execPath, [SCRIPT, "--complete", logFile]);
    expect(stdout).toMatch(/^\d+ lines, 0 of them wrong\n$/);
    expect(await readFile(logFile, "utf8")).toMatch(/job done \{.*"version":\d+,"phase":"done"/);
  });

  it("finds fault with the same log once it tells of an end twice", async () => {
    const text = await readFile(logFile, "utf8");
    const forged = text.replace(/("version":\d+,"phase":)"done"/, '$1"failed"');
    const { checkLog } = await import("./check-log.ts");
    const { readLogLines } = await import("./read-log-lines.ts");
    const kinds = checkLog(readLogLines(`${text}\n${forged}`), { isComplete: true }).map(({ kind }) => kind);
    expect(kinds).toContain("version");
  });
});

/** The product on its host, whose every line goes to `host.log` in this folder. */
async function startHost(
  environment: Readonly<Record<string, string>>,
  folder: string,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const log = await open(join(folder, "host.log"), "w");
  const flags = ["--app", ".", "--port", "0", "--state", folder, "--log-level", "information"];
  const child = fork(fileURLToPath(new URL("../../../local/host/main.js", import.meta.url)), flags, {
    stdio: ["ignore", log.fd, log.fd, "ipc"],
    env: { ...process.env, OPENAI_API_KEY: "none", ...environment },
  });
  const exited = once(child, "exit");
  const [{ url }] = (await once(child, "message")) as [{ readonly url: string }];
  return {
    url: url.replace(/\/$/, ""),
    async stop() {
      child.kill("SIGTERM");
      await exited;
      await log.close();
    },
  };
}

interface View {
  readonly job_id: string;
  readonly status: string;
}

async function submitted(url: string): Promise<string> {
  const content = await makePdf({ pages: numberedPages(2) });
  const headers = { "content-type": "application/pdf" };
  const uploaded = await fetch(`${url}/api/files`, { method: "POST", headers, body: new Uint8Array(content) });
  const { file_id: fileId } = (await uploaded.json()) as { readonly file_id: string };
  const body = { job_type: "summarize-pdf", payload: { document: { file_id: fileId } } };
  return ended(url, await post(`${url}/api/jobs`, body));
}

async function regenerated(url: string, jobId: string): Promise<void> {
  await ended(url, await post(`${url}/api/jobs/${jobId}/regenerate`, {}));
}

async function post(url: string, body: object): Promise<string> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return ((await answer.json()) as View).job_id;
}

async function ended(url: string, jobId: string): Promise<string> {
  for (;;) {
    const { status } = (await (await fetch(`${url}/api/jobs/${jobId}?wait=5`)).json()) as View;
    if (status === "completed") return jobId;
    if (status === "failed") throw new Error(`Job "${jobId}" failed`);
  }
}
