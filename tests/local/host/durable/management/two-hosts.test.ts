import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { newFolder, stopHostProcesses } from "../../support/host-process.ts";
import { until } from "../../support/until.ts";
import { replyOf, startClientApp } from "./support/client-app.ts";
import type { ClientApp } from "./support/client-app.ts";

/** Two hosts of one app that share a state folder: the first owns the task hub. */
async function startTwo(
  args: readonly string[] = [],
): Promise<{ owner: ClientApp; other: ClientApp; stateFolder: string }> {
  const stateFolder = newFolder();
  const owner = await startClientApp({ stateFolder, args });
  const other = await startClientApp({ stateFolder, args });
  return { owner, other, stateFolder };
}

describe("a host that does not own the task hub", () => {
  afterEach(stopHostProcesses);

  it("passes requests on to the owner and answers with links to itself", async () => {
    const { owner, other } = await startTwo();
    const started = await other.api("POST orchestrators/waits/there");
    expect(started.status).toBe(202);
    expect((started.body as Record<string, string>)["statusQueryGetUri"]).toContain(other.host.url);
    expect(await owner.reaches("there", "Running")).toMatchObject({ runtimeStatus: "Running" });
    const status = await other.api("GET instances/there");
    expect(status.headers.get("location")).toContain(other.host.url);
    await other.call("raiseEvent", "there", "go", { over: "there" });
    expect(await other.reaches("there", "Completed")).toMatchObject({ output: { over: "there" } });
    expect((await other.api("GET instances?top=0")).status).toBe(400);
    expect((await other.api("DELETE instances/there")).status).toBe(200);
    expect((await owner.api("GET instances/there")).status).toBe(404);
  });

  it("answers from its own hub after the owner has been killed", async () => {
    const { owner, other } = await startTwo();
    expect(await other.call("startNew", "waits", { instanceId: "survivor" })).toBe("survivor");
    await other.reaches("survivor", "Running");
    await owner.host.stop();
    expect((await other.api("GET instances/survivor")).status).toBe(202);
    expect(other.host.output()).not.toContain("MaxListeners");
    await other.call("raiseEvent", "survivor", "go", 1);
    expect(await other.reaches("survivor", "Completed")).toMatchObject({ output: 1 });
  });

  it("shows, lists, rewinds and restarts what had ended before it took over", async () => {
    const { owner, other, stateFolder } = await startTwo();
    const file = join(stateFolder, "file");
    await other.api("POST orchestrators/echo/ended?timeout=20&pollingInterval=1", { deep: true });
    await other.api("POST orchestrators/parentOfNeedsFile/failed?timeout=20&pollingInterval=1", { file });
    await owner.host.stop();
    const { body } = await other.api("GET instances/ended?showHistory=true");
    expect(body).toMatchObject({
      input: { deep: true },
      output: { input: { deep: true } },
      runtimeStatus: "Completed",
    });
    expect(body).toHaveProperty("historyEvents.0.FunctionName", "echo");
    const list = (await other.api("GET instances?runtimeStatus=Completed,Failed")).body;
    expect(list).toMatchObject([{ instanceId: "ended", input: { deep: true } }, {}, {}]);
    writeFileSync(file, "");
    expect((await other.api("POST instances/failed/rewind?reason=r")).status).toBe(202);
    expect(await other.reaches("failed", "Completed")).toMatchObject({ output: "BEFORE" });
    const again = await other.api("POST instances/ended/restart?timeout=20&pollingInterval=1");
    expect(again).toMatchObject({ status: 200, body: { input: { deep: true } } });
    expect((await other.api("DELETE instances/ended")).status).toBe(200);
  });

  it("starts every instance once, and loses none, while the owner is killed", async () => {
    const { owner, other } = await startTwo();
    const starts = Array.from({ length: 40 }, () => other.api("POST orchestrators/waits"));
    await starts[0];
    const late = Array.from({ length: 40 }, () => other.api("POST orchestrators/waits"));
    await owner.host.stop();
    const replies = await Promise.all([...starts, ...late]);
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 202));
    const ids = replies.map(({ body }) => (body as { id: string }).id);
    const { body } = await other.api("GET instances?top=1000");
    expect((body as { instanceId: string }[]).map(({ instanceId }) => instanceId).sort()).toEqual(ids.sort());
  });

  it("does not wait for an owner that has stopped moving", async () => {
    const { owner, other } = await startTwo(["--owner-lease", "00:00:01"]);
    await other.call("startNew", "waits", { instanceId: "patient" });
    owner.host.child.kill("SIGSTOP");
    const [status, terminated] = await Promise.all([
      other.api("GET instances/patient"),
      other.api("POST instances/patient/terminate?reason=x"),
    ]);
    expect(status).toMatchObject({ status: 202, body: { instanceId: "patient" } });
    expect(terminated).toMatchObject({
      status: 503,
      body: { Message: expect.stringMatching(/may have been done or not/) },
    });
    expect(terminated.headers.get("x-durable-outcome-unknown")).toBe("true");
    expect((await other.api("POST instances/patient/terminate?reason=x")).status).toBe(202);
  });

  it("passes requests on with the key of the extension", async () => {
    const { other } = await startTwo(["--enable-auth"]);
    expect(await other.api("POST orchestrators/waits/locked")).toMatchObject({ status: 401, body: undefined });
    expect(await other.call("startNew", "waits", { instanceId: "locked" })).toBe("locked");
    const links = (await other.call("createHttpManagementPayload", "locked")) as Record<string, string>;
    expect((await fetch(String(links["statusQueryGetUri"]))).status).toBe(202);
    const { status } = await other.api("GET instances/locked", undefined, { "x-functions-key": "wrong" });
    expect(status).toBe(401);
  });

  it("does not pass on what has been passed on, and says so", async () => {
    const { other } = await startTwo();
    const reply = await other.api("GET instances/x", undefined, { "x-durable-forwarded": "1" });
    expect(reply).toMatchObject({
      status: 503,
      body: { Message: "No host owns the task hub at the moment. Ask again" },
    });
    expect(reply.headers.get("retry-after")).toBe("5");
  });
});

describe("a host that drains", () => {
  afterEach(stopHostProcesses);

  it("lets a handler that still runs start an orchestration, though it takes no more requests", async () => {
    const stateFolder = newFolder();
    const gate = join(stateFolder, "gate");
    const app = await startClientApp({ stateFolder, args: ["--drain-seconds", "20"] });
    const late = fetch(`${app.host.url}/api/startLate`, { method: "POST", body: JSON.stringify({ gate, id: "late" }) });
    await app.host.printed(/waiting to start late/);
    app.host.child.kill("SIGTERM");
    await until(() => isRefused(app.host.url), "the main server to refuse");
    writeFileSync(gate, "");
    expect((await late.then(replyOf)).status).toBe(200);
    expect(await app.host.exited).toBe(0);
    const next = await startClientApp({ stateFolder });
    expect(await next.reaches("late", "Completed")).toMatchObject({ output: { input: "late" } });
  });
});

function isRefused(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 503);
    });
    probe.once("error", () => {
      resolve(true);
    });
    probe.end();
  });
}
