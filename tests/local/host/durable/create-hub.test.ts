import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { parseHostJson } from "../../../../local/host/config/host-json.ts";
import { startInstance } from "../../../../local/host/durable/client/start-instance.ts";
import { createHub } from "../../../../local/host/durable/create-hub.ts";
import type { RunningHub } from "../../../../local/host/durable/create-hub.ts";
import { readDurableOptions } from "../../../../local/host/durable/durable-options.ts";
import { EventType } from "../../../../local/host/durable/history/history-event.ts";
import type { HistoryEvent } from "../../../../local/host/durable/history/history-event.ts";
import type { Hub } from "../../../../local/host/durable/hub.ts";
import type { LogEntry } from "../../../../local/host/logging/log.ts";
import { until } from "../support/until.ts";
import { createToyApp } from "./dispatch/support/toy-app.ts";
import type { ToyApp } from "./dispatch/support/toy-app.ts";

const stateFolder = mkdtempSync(join(tmpdir(), "hub-"));
const running: RunningHub[] = [];
let entries: LogEntry[] = [];
let app: ToyApp;
let hubs = 0;
let epoch = 0;
let holder: () => Promise<boolean>;

beforeEach(() => {
  hubs += 1;
  entries = [];
  app = createToyApp();
  holder = () => Promise.resolve(true);
});
afterEach(async () => {
  for (const each of running.splice(0)) await each.close();
});
afterAll(() => {
  rmSync(stateFolder, { recursive: true, force: true });
});

async function open(settings: Record<string, unknown> = {}): Promise<RunningHub> {
  const durableTask = { hubName: `Hub${hubs}`, ...settings };
  const hostJson = parseHostJson({ version: "2.0", extensions: { durableTask } }, "host.json");
  const log = {
    isEnabled: () => true,
    write: (entry: LogEntry) => void entries.push(entry),
    host: (level: LogEntry["level"], message: string) => void entries.push({ level, message, logger: "Host" }),
  };
  epoch += 1;
  const isHeld = () => holder();
  const { functions, run } = app;
  const options = readDurableOptions(hostJson.extension("durableTask"), {});
  const opened = await createHub({ claim: { epoch, isHeld }, stateFolder, options, functions, run, log });
  running.push(opened);
  return opened;
}

async function send(hub: Hub, to: string, event: HistoryEvent): Promise<void> {
  await hub.commit({ type: "messageSent", at: Date.now(), message: { to, event } });
}

const common = () => ({ EventId: -1, Timestamp: new Date().toISOString() }) as const;

interface Start {
  readonly input?: unknown;
  readonly version?: string;
}

async function start(hub: Hub, [name, id]: readonly [string, string], options: Start = {}): Promise<void> {
  const { input = null, version = hub.defaultVersion } = options;
  await send(hub, id, {
    EventType: EventType.ExecutionStarted,
    ...common(),
    Name: name,
    Version: version,
    Input: JSON.stringify(input),
    OrchestrationInstance: { InstanceId: id, ExecutionId: `execution of ${id}` },
    ParentInstance: null,
    Tags: null,
    ScheduledStartTime: null,
  });
}

async function raise(hub: Hub, id: string): Promise<void> {
  await send(hub, id, { EventType: EventType.EventRaised, ...common(), Name: "go", Input: "1" });
}

const logged = (level: string) => entries.filter((entry) => entry.level === level).map(({ message }) => message);

describe("createHub()", () => {
  it("keeps nothing of two thousand instances that have ended", async () => {
    const opened = await open();
    const { hub } = opened;
    const ids = Array.from({ length: 2000 }, (_, index) => `short-${index}`);
    await Promise.all(ids.map((id) => start(hub, ["short", id])));
    const ended = await Promise.all(ids.map((id) => hub.waitForEnd(id, 30_000)));
    expect(ended.every((instance) => instance?.status === "Completed" && instance.output === '"done"')).toBe(true);
    await until(() => opened.size === 0, "everything to be forgotten");
  });

  it("reads all messages that wait in one episode", async () => {
    const { hub } = await open();
    await start(hub, ["listener", "busy"], { input: 50 });
    await until(() => hub.find("busy")?.kind === "orchestration" && app.invocations.length > 0, "it to begin");
    await Promise.all(Array.from({ length: 50 }, () => raise(hub, "busy")));
    expect((await hub.waitForEnd("busy", 10_000))?.output).toBe("50");
    expect(app.invocations.length).toBeLessThan(10);
  });

  it("reads more than goes into an episode in several", async () => {
    const { hub } = await open();
    await start(hub, ["listener", "late"], { input: 2500 });
    await hub.waitForEnd("late", 0);
    await Promise.all(Array.from({ length: 2500 }, () => raise(hub, "late")));
    expect((await hub.waitForEnd("late", 20_000))?.output).toBe("2500");
  });

  it("runs as many activities at once as host.json allows", async () => {
    const { hub } = await open({ maxConcurrentActivityFunctions: 3 });
    let release: () => void = () => undefined;
    app.gate = new Promise((resolve) => (release = resolve));
    await start(hub, ["wide", "w"], { input: 10 });
    await until(() => app.mostAtOnce === 3, "three activities to run");
    release();
    expect((await hub.waitForEnd("w", 10_000))?.output).toBe("10");
    expect(app.mostAtOnce).toBe(3);
  });

  it("ends quietly when another host has taken over, and goes on when it owns the hub again", async () => {
    const first = await open();
    let release: () => void = () => undefined;
    app.gate = new Promise((resolve) => (release = resolve));
    await start(first.hub, ["wide", "w"], { input: 2 });
    await until(() => app.invocations.includes("work"), "an activity to begin");
    holder = () => Promise.resolve(false);
    release();
    await until(() => logged("information").some((message) => /runs nothing more/.test(message)), "the hub to end");
    await expect(start(first.hub, ["wide", "late"], { input: 1 })).rejects.toThrow("another host has taken it over");
    await first.stop();
    expect(first.size).toBe(1); // the text of the instance's history
    await first.close();
    expect(logged("error")).toEqual([]);

    holder = () => Promise.resolve(true);
    const second = await open();
    expect((await second.hub.waitForEnd("w", 10_000))?.output).toBe("2");
    expect(second.hub.find("late")).toBeUndefined();
  });

  it("says once that the journal is broken, and goes on reading", async () => {
    const { hub } = await open();
    let release: () => void = () => undefined;
    app.gate = new Promise((resolve) => (release = resolve));
    await start(hub, ["wide", "w"], { input: 2 });
    await until(() => app.invocations.includes("work"), "an activity to begin");
    holder = () => Promise.reject(new Error("EIO: the disk is gone"));
    release();
    await until(() => logged("error").length > 0, "an error");
    await expect(raise(hub, "w")).rejects.toThrow("EIO: the disk is gone");
    expect(logged("error")).toEqual([expect.stringContaining("EIO: the disk is gone")]);
    expect((await hub.load("w"))?.name).toBe("wide");
  });

  it("records but does not run what comes after it was stopped", async () => {
    const first = await open();
    await first.stop();
    await start(first.hub, ["short", "later"]);
    await first.close();
    expect(app.invocations).toEqual([]);
    const second = await open();
    expect((await second.hub.waitForEnd("later", 10_000))?.status).toBe("Completed");
  });

  it("leaves an instance of another version to a host that runs it, and says so once", async () => {
    const { hub } = await open({ defaultVersion: "2", versionMatchStrategy: "Strict" });
    await start(hub, ["listener", "newer"], { input: 1, version: "3" });
    await raise(hub, "newer");
    await start(hub, ["short", "s"]);
    await hub.waitForEnd("s", 10_000);
    expect(hub.find("newer")).toMatchObject({ status: "Pending", version: "3" });
    expect(app.invocations).not.toContain("listener");
    expect(logged("warning")).toEqual([expect.stringContaining('waits for a host that runs version "3"')]);
  });

  it("keeps what was passed to activities in the history when host.json says so", async () => {
    const inputsOf = async (settings: Record<string, unknown>, id: string) => {
      const { hub } = await open({ hubName: `Inputs${id}`, ...settings });
      await start(hub, ["short", id]);
      const { history = [] } = (await hub.waitForEnd(id, 10_000)) ?? {};
      return history.flatMap((event) => (event.EventType === EventType.TaskScheduled ? [event.Input] : []));
    };
    expect(await inputsOf({}, "without")).toEqual([null]);
    expect(await inputsOf({ storeInputsInOrchestrationHistory: true }, "with")).toEqual(["[1]"]);
  });

  it("fails an instance whose function is not there", async () => {
    const { hub } = await open();
    await start(hub, ["nowhere", "n"]);
    const ended = await hub.waitForEnd("n", 10_000);
    expect(ended?.status).toBe("Failed");
    expect(ended?.output).toContain("The function 'nowhere' doesn't exist");
  });

  it("terminates an instance whose function is not there, when it is told to before it begins", async () => {
    const first = await open();
    await first.stop();
    await start(first.hub, ["nowhere", "n"]);
    const { ExecutionTerminated } = EventType;
    await send(first.hub, "n", { EventType: ExecutionTerminated, ...common(), Input: "enough" });
    await first.close();
    const { hub } = await open();
    expect(await hub.waitForEnd("n", 10_000)).toMatchObject({ status: "Terminated", output: "enough" });
  });
});

describe("waitForEnd()", () => {
  it("answers with the instance as it is when the time is over, and at once when there is none", async () => {
    const { hub } = await open();
    await start(hub, ["listener", "l"], { input: 1 });
    expect((await hub.waitForEnd("l", 10))?.status).toMatch(/Pending|Running/);
    expect(await hub.waitForEnd("nobody", 10_000)).toBeUndefined();
  });

  it("lets go of those who wait when another instance takes its place", async () => {
    const { hub } = await open();
    await start(hub, ["listener", "l"], { input: 1 });
    const waiting = hub.waitForEnd("l", 10_000);
    await startInstance(hub, { name: "wide", id: "l", input: "1", replacesRunning: true });
    expect((await waiting)?.name).toBe("wide");
  });

  it("lets go of those who wait when the hub closes", async () => {
    const opened = await open();
    await start(opened.hub, ["listener", "l"], { input: 1 });
    const waiting = opened.hub.waitForEnd("l", 10_000);
    await opened.close();
    expect((await waiting)?.id).toBe("l");
  });
});
