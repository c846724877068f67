import { rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { takeStorageAccount } from "../../support/storage-account.ts";
import { forkHost, startHostProcess, stopHostProcesses } from "./support/host-process.ts";
import { openTestQueues } from "./support/queues.ts";
import { createScratchApp } from "./support/scratch-app.ts";
import { until } from "./support/until.ts";

/** A start that must fail: what the parent is told, what is printed, and the exit code. */
async function failedStart(
  options: Parameters<typeof forkHost>[0],
): Promise<{ reason: string; output: string; code: unknown }> {
  const { child, output, exited } = forkHost(options);
  const messages: { type: string; reason: string }[] = [];
  child.on("message", (message) => messages.push(message as { type: string; reason: string }));
  const code = await exited;
  expect(messages.map(({ type }) => type)).toEqual(["failed"]);
  return { reason: messages[0]?.reason ?? "", output: output(), code };
}

describe("startHost()", () => {
  afterAll(stopHostProcesses);

  it("refuses to start when a file of the app does not load, naming the file and the reason", async () => {
    const { reason, output, code } = await failedStart({ app: "broken" });
    expect(reason).toContain('unable to load entry point "functions/bad.js"');
    expect(reason).toContain("this file cannot be loaded");
    expect(output).toContain("functions/bad.js");
    expect(code).toBe(1);
  });

  it("refuses to start without an app, or with one that matches no file", async () => {
    expect((await failedStart({ app: "nowhere" })).reason).toMatch(/Cannot find ".*nowhere\/host\.json"/);
  });

  it("names what package.json lacks, without a stack", async () => {
    const app = createScratchApp("link");
    rmSync(join(app.folder, "package.json"));
    expect((await failedStart({ app: app.folder })).reason).toMatch(/^Cannot find ".*package\.json": [^\n]*"main"$/);
    app.write("package.json", "{ no");
    expect((await failedStart({ app: app.folder })).reason).toMatch(/^Cannot read ".*package\.json": [^\n]+$/);
    app.write("package.json", '{ "main": "dist/functions/*.js" }');
    expect((await failedStart({ app: app.folder })).reason).toMatch(/found zero files .*, or compile the app first/);
    app.remove();
  });

  it("names the port and its holder when the port is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { reason, code } = await failedStart({ app: "esm", args: ["--port", String(port)] });
    expect(reason).toContain(`Port ${port} is unavailable: it is in use`);
    if (process.platform === "linux") expect(reason).toContain(`by process ${process.pid} (`);
    expect(reason).toContain("--port");
    expect(code).toBe(1);
    server.close();
  });

  it("runs the app in its folder, with the settings that Core Tools add", async () => {
    const app = createScratchApp("link");
    const facts = "{ folder: process.cwd(), environment: process.env.AZURE_FUNCTIONS_ENVIRONMENT }";
    app.write(
      "src/functions/facts.js",
      `import { app } from "@azure/functions"; app.http("facts", { handler: async () => ({ jsonBody: ${facts} }) });`,
    );
    const env = { AzureFunctionsJobHost__extensions__http__routePrefix: "v1" };
    const host = await startHostProcess({ app: app.folder, env });
    const response = await fetch(`${host.url}/v1/facts`);
    expect(await response.json()).toEqual({ folder: app.folder, environment: "Development" });
    await host.stop();
    app.remove();
  });

  it("prints nothing below the level that --log-level asks for, whatever host.json says", async () => {
    const host = await startHostProcess({ app: "esm", args: ["--log-level", "error"] });
    expect((await fetch(`${host.url}/api/boom`)).status).toBe(500);
    await host.printed(/\[Error\] Executed 'Functions\.boom' \(Failed/);
    expect(host.output()).not.toMatch(/\[Information\]|Functions:/);
  });

  it("exits with 1 and says why when an error is caught by nobody", async () => {
    const host = await startHostProcess({ app: "esm" });
    await fetch(`${host.url}/api/reject`).catch(() => undefined); // the answer may be cut off
    expect(await host.exited).toBe(1);
    expect(host.output()).toMatch(
      /\[Critical\] Worker uncaught exception\. A promise was rejected[^]*nobody handles this/,
    );
  });
});

describe("stopHost()", () => {
  afterAll(stopHostProcesses);

  it("finishes running requests on SIGTERM, takes no new ones, runs appTerminate and exits with 0", async () => {
    const host = await startHostProcess({ app: "commonjs", env: { AzureWebJobsStorage: takeStorageAccount() } });
    const slow = fetch(`${host.url}/slow/600`);
    await host.printed(/Executing 'Functions\.slow'/);
    host.child.kill("SIGTERM");
    expect(await (await slow).text()).toBe("done");
    expect(await host.exited).toBe(0);
    expect(host.output()).toContain("appTerminate hook ran");
    await expect(fetch(`${host.url}/slow/1`)).rejects.toThrow();
  });

  it("has one deadline for what runs and for the hooks", async () => {
    const env = { AzureWebJobsStorage: takeStorageAccount(), TERMINATE_HOOK_HANGS: "1" };
    const host = await startHostProcess({ app: "commonjs", env });
    const cut = fetch(`${host.url}/slow/60000`).catch(() => "cut off");
    await host.printed(/Executing 'Functions\.slow'/);
    const startedAt = performance.now();
    host.child.kill("SIGTERM");
    expect(await host.exited).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(8000);
    expect(await cut).toBe("cut off");
    expect(host.output()).toMatch(/Stopped after 4000 ms[^]*appTerminate hook ran\n[^]*after 4500 ms of stopping/);
  });

  it("does not wait for an appTerminate hook that never ends", async () => {
    const env = { AzureWebJobsStorage: takeStorageAccount(), TERMINATE_HOOK_HANGS: "1" };
    const host = await startHostProcess({ app: "commonjs", args: ["--drain-seconds", "1"], env });
    host.child.kill("SIGTERM");
    expect(await host.exited).toBe(0);
    expect(host.output()).toMatch(
      /appTerminate hook ran\n[^]*An appTerminate hook has not ended after 1500 ms of stopping/,
    );
  });

  it("finishes running queue messages", async () => {
    const connection = takeStorageAccount();
    const queues = openTestQueues(connection);
    await queues.create("work");
    const host = await startHostProcess({ app: "esm", env: { AzureWebJobsStorage: connection } });
    await queues.send("work", { delayMs: 700 });
    await host.printed(/Executing 'Functions\.work'/);
    host.child.send({ type: "shutdown" });
    expect(await host.exited).toBe(0);
    expect(await queues.take("results")).toContain('"delayMs": 700');
    expect(await queues.count("work")).toBe(0);
  });

  it("exits at once on a second signal", async () => {
    const host = await startHostProcess({ app: "esm", args: ["--drain-seconds", "60"] });
    const cut = fetch(`${host.url}/api/slow/60000`).catch(() => "cut off");
    await host.printed(/Executing 'Functions\.slow'/);
    await until(() => {
      host.child.kill("SIGINT");
      return host.child.exitCode !== null;
    }, "the host to exit");
    expect(await host.exited).toBe(1);
    expect(await cut).toBe("cut off");
  });

  it("gives up on what runs longer than the drain time", async () => {
    const host = await startHostProcess({ app: "esm", args: ["--drain-seconds", "1"] });
    const cut = fetch(`${host.url}/api/slow/2900`).catch(() => "cut off");
    await host.printed(/Executing 'Functions\.slow'/);
    host.child.disconnect();
    expect(await host.exited).toBe(0);
    expect(await cut).toBe("cut off");
    expect(host.output()).toContain("Stopped after 1000 ms of draining with 1 invocation(s) still running");
  });
});
