import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { findFreePort } from "../../../local/process/free-port.ts";
import { takeStorageAccount } from "../../support/storage-account.ts";
import { waitUntil, waitUntilGone } from "../process/wait-until.ts";
import { aFolder, APP, listDescendants, run, startRuntime, stopPrograms } from "./runtime-process.ts";

afterEach(stopPrograms);

const environmentOf = async (url: string) =>
  (await (await fetch(`${url}/api/environment`)).json()) as NodeJS.ProcessEnv;

describe("npm start", () => {
  it("runs the app on emulators, and says last how to use it", async () => {
    const { url, output } = await startRuntime();
    const env = await environmentOf(url);
    expect(env).toMatchObject({ OPENAI_API_KEY: "local", MODEL: "millrace-extractive-1" });
    expect(env["AzureWebJobsStorage"]).toMatch(/TableEndpoint=http:\/\/127\.0\.0\.1:\d+\/devstoreaccount1/);
    expect(JSON.parse(env["MODEL_PRICES"] ?? "")).toEqual({
      "millrace-extractive-1": { input_per_million_usd: 0, output_per_million_usd: 0 },
    });
    const [, body = ""] = /curl -s -X POST http:\/\/localhost:\d+\/api\/jobs .* -d '(.*)'\s*$/.exec(output()) ?? [];
    const { payload } = JSON.parse(body) as { payload: { asset_url: string } };
    expect(payload.asset_url.startsWith(`${env["FETCH_ALLOWED_ORIGINS"]}/`)).toBe(true);
    expect((await fetch(payload.asset_url)).headers.get("content-type")).toBe("image/png");
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "ends at %s with exit code 0 and leaves nothing running",
    async (signal) => {
      const runtime = await startRuntime();
      const pids = listDescendants(runtime.process.pid);
      expect(pids.length).toBeGreaterThanOrEqual(3);
      runtime.process.kill(signal);
      runtime.process.kill(signal); // a terminal and npm may both deliver it
      expect(await runtime.ended).toBe(0);
      await Promise.all(pids.map(waitUntilGone));
    },
  );

  it("finishes what the app is doing before it ends", async () => {
    const runtime = await startRuntime();
    const request = fetch(`${runtime.url}/api/slow`);
    const [answer] = await Promise.all([
      request.then(async (response) => response.text()),
      interruptOnceSeen(runtime.process),
    ]);
    expect(answer).toBe("done");
    expect(await runtime.ended).toBe(0);
  });

  it("leaves nothing running when it is killed itself", async () => {
    const runtime = await startRuntime();
    const pids = listDescendants(runtime.process.pid);
    runtime.process.kill("SIGKILL");
    await Promise.all(pids.map(waitUntilGone));
  });

  it("leaves nothing running when it is killed while it starts", async () => {
    const program = run("start", ["--app", APP, "--port", String(await findFreePort()), "--data", aFolder()]);
    await waitUntil("both emulators run", () => listDescendants(program.process.pid).length >= 2);
    const pids = listDescendants(program.process.pid);
    program.process.kill("SIGKILL");
    await Promise.all(pids.map(waitUntilGone));
  });

  it("goes on with the same data at the next start, and without it when fresh", async () => {
    const data = aFolder();
    const note = async (url: string) => (await fetch(`${url}/api/notes`)).text();
    const first = await startRuntime({ data });
    await fetch(`${first.url}/api/notes`, { method: "POST", body: "remember me" });
    first.process.kill("SIGINT");
    await first.ended;
    const second = await startRuntime({ data });
    expect(await note(second.url)).toBe("remember me");
    second.process.kill("SIGINT");
    await second.ended;
    const third = await startRuntime({ data, args: ["--fresh"] });
    expect(await note(third.url)).toBe("");
  });

  it("uses the storage and the model that the environment names", async () => {
    const storage = takeStorageAccount();
    const { url, process: launcher } = await startRuntime({
      env: { AzureWebJobsStorage: storage, OPENAI_BASE_URL: "http://127.0.0.1:9/v1", OPENAI_API_KEY: "mine" },
    });
    const env = await environmentOf(url);
    expect(env).toMatchObject({
      AzureWebJobsStorage: storage,
      OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
      OPENAI_API_KEY: "mine",
    });
    expect(env["MODEL_PRICES"]).toBeUndefined();
    expect(listDescendants(launcher.pid).length).toBeLessThan(3);
  });

  it("says who holds the port, and ends with 1", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await once(squatter, "listening");
    const { port } = squatter.address() as AddressInfo;
    const program = run("start", ["--app", APP, "--port", String(port), "--data", aFolder()]);
    expect(await program.ended).toBe(1);
    squatter.close();
    expect(program.output()).toMatch(
      new RegExp(`^Cannot listen on port ${port}: .*\\(pid ${process.pid}\\) is using it\\. Stop it, or`),
    );
  });

  it("says that another runtime uses the data folder, and ends with 1", async () => {
    const data = aFolder();
    await startRuntime({ data });
    const program = run("start", ["--app", APP, "--port", "65535", "--data", data]);
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain(`Cannot use folder "${join(data, "storage")}": process`);
    expect(listDescendants(program.process.pid)).toEqual([]);
  });

  it("says which part has died, stops the rest, and ends with 1", async () => {
    const runtime = await startRuntime();
    const pids = listDescendants(runtime.process.pid);
    await fetch(`${runtime.url}/api/crash`, { method: "POST" }).catch(() => undefined); // nobody is left to answer
    expect(await runtime.ended).toBe(1);
    expect(runtime.output()).toContain("Functions host ended unexpectedly with exit code 7; stopping the rest");
    await Promise.all(pids.map(waitUntilGone));
  });

  it("says why the app does not start, and ends with 1", async () => {
    const broken = join(APP, "..", "broken");
    const program = run("start", ["--app", broken, "--port", "65535", "--data", aFolder()]);
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(/Cannot start Functions host: /);
  });

  it("says what is wrong with its command line, and ends with 1", async () => {
    const program = run("start", ["--port", "many"]);
    expect(await program.ended).toBe(1);
    expect(program.output()).toBe('Cannot use port "many": expected a number from 1 to 65535\n');
  });

  it("shows its options on --help", async () => {
    const program = run("start", ["--help"]);
    expect(await program.ended).toBe(0);
    expect(program.output()).toContain("--fresh");
  });
});

/** The host has a request in flight as soon as the connection stands, which it does when the next one is answered. */
async function interruptOnceSeen(launcher: {
  kill: (signal: "SIGINT") => boolean;
  spawnargs: string[];
}): Promise<void> {
  const port = launcher.spawnargs[launcher.spawnargs.indexOf("--port") + 1] ?? "";
  await fetch(`http://localhost:${port}/api/environment`);
  launcher.kill("SIGINT");
}
