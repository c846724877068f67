import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { startOpenAIServer } from "../../local/emulators/openai/server.ts";
import type { Profile } from "../../src/profiles/define-profile.ts";
import { report } from "../../src/profiles/report.ts";
import { startPipeline } from "../../src/steps/pipeline.ts";
import { startHttpServer } from "../support/http-server.ts";
import { createLedApp } from "../support/led-app.ts";
import { echoProfile } from "../support/profiles.ts";
import type { TestResponse } from "../support/test-app.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe("docs/approvals.md", () => {
  const page = readFileSync("docs/approvals.md", "utf8");
  const requests = [...page.matchAll(/x-ms-client-principal-name: (\S+)" \\\n\s+-d '(.*?)'$/gm)].map(
    ([, by = "", body = ""]) => ({ by, body: JSON.parse(body) as object }),
  );

  it("leads from a submitted report to a published one", async () => {
    const model = await startOpenAIServer({ port: 0 });
    cleanups.push(async () => model.stop());
    const app = await createLedApp(report, { OPENAI_BASE_URL: model.baseUrl });
    const [submit, decide] = requests;
    const path = await app.submit(submit?.by, submit?.body);
    const [, list = ""] = /"\$BASE(\/api\/jobs\?\S+)"/.exec(page) ?? [];
    expect((await app.request("GET", list)).json["value"]).toMatchObject([{ phase: "waiting" }]);
    const headers = { "x-ms-client-principal-name": decide?.by ?? "" };
    await app.send("POST", `${path}/decision`, { headers, body: decide?.body });
    expect(await app.view(path)).toMatchObject({ status: "completed", result: { approved_by: ["bob@example.com"] } });
    expect(requests).toHaveLength(2);
  });
});

describe("docs/external-workers.md", () => {
  const page = readFileSync("docs/external-workers.md", "utf8");
  const [, code = ""] = /```js\n(.*?)```/s.exec(page) ?? [];
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  /** The page's worker, as a process of its own. Returns where it is. */
  async function startWorker(): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "millrace-worker-"));
    cleanups.push(() => {
      rmSync(folder, { recursive: true });
    });
    writeFileSync(join(folder, "worker.mjs"), code);
    const env = { ...process.env, EXTERNAL_WORKER_SECRET: secret };
    const child: ChildProcess = spawn(process.execPath, [join(folder, "worker.mjs")], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    cleanups.push(() => child.kill());
    if (!child.stdout) throw new Error("The worker says nothing");
    const [port] = (await once(child.stdout, "data")) as [Buffer];
    return `http://127.0.0.1:${port.toString().trim()}`;
  }

  it.each([
    ["answers what is signed", secret, { status: "completed", result: { total: 2 } }],
    [
      "refuses what somebody else has signed",
      `whsec_${"A".repeat(32)}`,
      { status: "failed", error: { code: "EXTERNAL_WORKER_REFUSED" } },
    ],
  ])("shows a worker that %s", async (_, ourSecret, expected) => {
    const worker = await startWorker();
    const { origin, called } = await startHome(async (path, body) => app.request("POST", path, { body }));
    const app = await createLedApp(invoices, {
      EXTERNAL_WORKERS: `reader=${worker}/read`,
      EXTERNAL_WORKER_SECRET: ourSecret,
      CALLBACK_SECRET: "c".repeat(32),
      PUBLIC_ORIGIN: origin,
    });
    const path = await app.submit();
    if (expected.status === "completed") expect(await called).toBe(204);
    await app.pass(1);
    expect(await app.view(path)).toMatchObject(expected);
  });

  /** Where the worker calls back, since the app of a test has no server of its own; and how the first callback went. */
  async function startHome(
    receive: (path: string, body: unknown) => Promise<TestResponse>,
  ): Promise<{ readonly origin: string; readonly called: Promise<number> }> {
    let tell: (status: number) => void;
    const called = new Promise<number>((resolve) => (tell = resolve));
    const server = await startHttpServer((request, response) => {
      void json(request)
        .then(async (body) => receive(request.url ?? "", body))
        .then(({ status }) => {
          response.writeHead(status).end();
          tell(status);
        });
    });
    cleanups.push(async () => server.stop());
    return { origin: server.origin, called };
  }

  const invoices: Profile = {
    ...echoProfile(),
    orchestrated: true,
    result: z.object({ total: z.number() }),
    steps: startPipeline<{ text: string }>().call("read", {
      worker: "reader",
      request: ({ payload }) => ({ invoice: payload.text }),
      answer: z.object({ total: z.number() }),
      deadlineMs: 3_600_000,
    }).steps,
  };
});
