import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { takeStorageAccount } from "../../../../support/storage-account.ts";
import { newFolder, startHostProcess, stopHostProcesses } from "../../support/host-process.ts";
import type { HostProcess } from "../../support/host-process.ts";
import { openTestQueues } from "../../support/queues.ts";
import { until } from "../../support/until.ts";

interface Timer {
  readonly isPastDue: boolean;
  readonly schedule: object;
  readonly scheduleStatus: { readonly last: string; readonly next: string } | null;
}
type Event = Partial<Record<"everySecond" | "atStart", Timer>> & {
  readonly flaky?: {
    readonly retryCount: number;
    readonly maxRetryCount: number;
    readonly exception: { message: string };
  };
  readonly plain?: unknown;
};

describe("timer triggers", () => {
  const connection = takeStorageAccount();
  const queues = openTestQueues(connection);
  const stateFolder = newFolder();
  const events: Event[] = [];
  const start = (env: Record<string, string> = {}) =>
    startHostProcess({ app: "commonjs", stateFolder, env: { AzureWebJobsStorage: connection, ...env } });
  /** Reads events until one has the property, and returns that one. */
  const next = (name: keyof Event) =>
    until(async () => {
      const event = JSON.parse(await queues.takeRaw("events")) as Event;
      events.push(event);
      return event[name] === undefined ? undefined : event;
    }, `an event "${name}"`);
  let host: HostProcess;

  beforeAll(async () => {
    host = await start();
  });
  afterAll(stopHostProcesses);

  it("fires a sub-minute timer again and again, without a status", async () => {
    const { everySecond } = await next("everySecond");
    expect(everySecond).toEqual({ isPastDue: false, schedule: { adjustForDST: true }, scheduleStatus: null });
    await next("everySecond");
  });

  it("runs at start when asked to, with a status that never fired", async () => {
    const { atStart } = events.find((event) => event.atStart) ?? (await next("atStart"));
    expect(atStart).toMatchObject({ isPastDue: false, scheduleStatus: { last: "0001-01-01T00:00:00+00:00" } });
    expect(atStart?.scheduleStatus?.next).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
  });

  it("retries by the function's policy, each time with its retry context", async () => {
    const { flaky } = events.find((event) => event.flaky) ?? (await next("flaky"));
    expect(flaky).toMatchObject({ retryCount: 2, maxRetryCount: 2, exception: { message: "not yet" } });
  });

  it("sends messages as they are when host.json asks for no encoding", async () => {
    await queues.create("plain");
    await queues.sendRaw("plain", "not base64!");
    expect(await next("plain")).toEqual({ plain: "not base64!" });
  });

  it("remembers a monitored timer and catches up once what was missed while no host ran", async () => {
    const path = join(stateFolder, "timers", "atStart.json");
    await until(() => readFileSync(path, "utf8").includes('"Last":"'), "the status to be written");
    await host.stop();
    events.length = 0;
    // The same schedule seen last in an earlier year: its next occurrence is over.
    const status = { Last: null, Next: new Date(2021, 0, 1), LastUpdated: new Date(2020, 5, 1) };
    mkdirSync(join(stateFolder, "timers"), { recursive: true });
    writeFileSync(path, JSON.stringify(status));
    host = await start();
    const { atStart } = await next("atStart");
    expect(atStart?.isPastDue).toBe(true);
    await host.printed(/Function 'atStart' is past due on startup/);
    await until(() => !readFileSync(path, "utf8").includes("2021"), "the status to be written anew");
  });

  it("puts a timer with a schedule that is none in error", async () => {
    const other = await startHostProcess({
      app: "commonjs",
      env: { AzureWebJobsStorage: connection, FLAKY_SCHEDULE: "every now and then" },
    });
    await other.printed(
      /The 'flaky' function is in error: The schedule expression 'every now and then' was not recognized/,
    );
    await other.stop();
  });
});
