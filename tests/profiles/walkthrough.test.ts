import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { startOpenAIServer } from "../../local/emulators/openai/server.ts";
import type { PROFILES } from "../../src/profiles/all.ts";
import { createTestApp } from "../support/test-app.ts";

describe("docs/add-a-job-type.md", () => {
  it("adds a job type with one file and one line, and the job runs (R-155)", async () => {
    const house = mkdtempSync(join(tmpdir(), "millrace-walkthrough-"));
    const model = await startOpenAIServer({ port: 0 });
    try {
      for (const part of ["src", "package.json", "tsconfig.json"]) cpSync(part, join(house, part), { recursive: true });
      symlinkSync(resolve("node_modules"), join(house, "node_modules"));
      const page = readFileSync("docs/add-a-job-type.md", "utf8");
      const [, file = ""] = /```ts\n(.*?)```/s.exec(page) ?? [];
      writeFileSync(join(house, "src/profiles/count-words.ts"), file);
      const list = readFileSync("src/profiles/all.ts", "utf8");
      writeFileSync(
        join(house, "src/profiles/all.ts"),
        `import { countWords } from "./count-words.ts";\n${list.replace("[summarizePdf", "[countWords, summarizePdf")}`,
      );
      const tsc = resolve("node_modules/typescript/bin/tsc");
      const built = spawnSync(process.execPath, [tsc, "--incremental", "false"], { cwd: house, encoding: "utf8" });
      expect(built.stdout).toBe("");

      const built_list = pathToFileURL(join(house, "dist/src/profiles/all.js")).href;
      const { PROFILES: profiles } = (await import(built_list)) as { PROFILES: typeof PROFILES };
      const test = await createTestApp({ profiles, environment: { OPENAI_BASE_URL: model.baseUrl } });
      const text = "Water turns the wheel of the old mill. The wheel turns the heavy stone.";
      const { json } = await test.request("POST", "/api/jobs", {
        body: { job_type: "count-words", payload: { text } },
      });
      await test.deliver("job-requests");
      const { json: job } = await test.request("GET", `/api/jobs/${String(json["job_id"])}`);
      expect(job).toMatchObject({ status: "completed", result: { words: 14 }, usage: { calls: 1 } });
    } finally {
      await model.stop();
      rmSync(house, { recursive: true, force: true });
    }
  });
});
