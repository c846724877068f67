import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startOpenAIServer } from "../../local/emulators/openai/server.ts";
import type { OpenAIServer } from "../../local/emulators/openai/server.ts";
import { startHostProcess } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";
import { takeStorageAccount } from "../support/storage-account.ts";

const PAGE = readFileSync("docs/add-a-job-type.md", "utf8");
const LIST = "src/profiles/all.ts";

/** The files that the page tells to write, and the name that each adds to the list. */
const EXAMPLES = [...PAGE.matchAll(/^`(src\/profiles\/[\w-]+\.ts)`:\n\n```ts\n(.*?)```/gms)].map(
  ([, file = "", text = ""]) => ({ file, text, name: /export const (\w+) = defineProfile/.exec(text)?.[1] ?? "" }),
);

/** The bodies that the page tells to send. */
const REQUESTS = [...PAGE.matchAll(/-d '(.*?)'$/gms)].map(([, body = ""]) => body);

/** A copy of what is deployed, with the page's files, and the page's lines in the list. */
function buildHouse(): string {
  const house = mkdtempSync(join(tmpdir(), "millrace-walkthrough-"));
  const parts = ["src", "functions", "package.json", "tsconfig.json", "host.json"];
  for (const part of parts) cpSync(part, join(house, part), { recursive: true });
  symlinkSync(resolve("node_modules"), join(house, "node_modules"));
  let list = readFileSync(LIST, "utf8");
  for (const { file, text, name } of EXAMPLES) {
    writeFileSync(join(house, file), text);
    const imported = `import { ${name} } from "${file.replace("src/profiles", ".")}";`;
    list = `${imported}\n${list.replace(/(PROFILES: [^[]*\[\]? = )\[/, `$1[${name}, `)}`;
  }
  writeFileSync(join(house, LIST), list);
  const tsc = resolve("node_modules/typescript/bin/tsc");
  const built = spawnSync(process.execPath, [tsc, "--incremental", "false"], { cwd: house, encoding: "utf8" });
  expect(built.stdout).toBe("");
  return house;
}

describe("docs/add-a-job-type.md", () => {
  let house: string;
  let model: OpenAIServer;
  let host: HostProcess;
  beforeAll(async () => {
    house = buildHouse();
    model = await startOpenAIServer({ port: 0 });
    host = await startHostProcess(
      { AzureWebJobsStorage: takeStorageAccount(), OPENAI_BASE_URL: model.baseUrl },
      { app: house },
    );
  }, 180_000);
  afterAll(async () => {
    await host.stop();
    await model.stop();
    rmSync(house, { recursive: true, force: true });
  });

  /** The job as it ended. */
  async function run(body: string): Promise<Record<string, unknown>> {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${host.url}/api/jobs`, { method: "POST", headers, body });
    expect(answer.status).toBe(202);
    const { status_url: url } = (await answer.json()) as { status_url: string };
    for (;;) {
      const job = (await (await fetch(`${url}?wait=10`)).json()) as Record<string, unknown>;
      if (job["status"] !== "accepted" && job["status"] !== "running") return job;
    }
  }

  it("adds a job type with one file and one line, and the job runs (R-155)", async () => {
    const job = await run(REQUESTS[0] ?? "");
    expect(job).toMatchObject({ status: "completed", result: { words: 9 }, usage: { calls: 1 } });
  });

  it("adds one that does many parts at one time as easily", async () => {
    const job = await run(REQUESTS[1] ?? "");
    expect(job).toMatchObject({ status: "completed", usage: { calls: 2 } });
    const { titles } = job["result"] as { titles: string[] };
    expect(titles).toEqual([expect.stringContaining("Water"), expect.stringContaining("stone")]);
  });
});
