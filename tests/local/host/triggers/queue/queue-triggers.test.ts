import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { takeStorageAccount } from "../../../../support/storage-account.ts";
import { startHostProcess, stopHostProcesses } from "../../support/host-process.ts";
import type { HostProcess } from "../../support/host-process.ts";
import { openTestQueues } from "../../support/queues.ts";
import { until } from "../../support/until.ts";

interface Result {
  readonly message: Record<string, unknown>;
  readonly triggerMetadata: Record<string, unknown> & { readonly dequeueCount: number };
  readonly pid: number;
}

describe("queue triggers", () => {
  const connection = takeStorageAccount();
  const queues = openTestQueues(connection);
  const start = (...args: string[]) => startHostProcess({ app: "esm", args, env: { AzureWebJobsStorage: connection } });
  let host: HostProcess;

  beforeAll(async () => {
    host = await start("--queue-visibility", "00:00:10");
    await queues.create("work"); // after the start: a missing queue is waited for
  });
  afterAll(stopHostProcesses);

  it("gives the function its message, the message's facts and its properties, and returns what the function returned", async () => {
    await queues.send("work", { id: "mine", number: 7, nested: { A: 1 }, list: [1], nothing: null, delayMs: 0 });
    const { message, triggerMetadata } = await queues.takeJson<Result>("results");
    expect(message).toEqual({ id: "mine", number: 7, nested: { A: 1 }, list: [1], nothing: null, delayMs: 0 });
    expect(triggerMetadata).toMatchObject({ dequeueCount: 1, id: "mine", number: 7, nested: { a: 1 } });
    expect(triggerMetadata["insertionTime"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    expect(Object.keys(triggerMetadata).sort()).toEqual([
      "delayMs",
      "dequeueCount",
      "expirationTime",
      "id",
      "insertionTime",
      "nested",
      "nextVisibleTime",
      "number",
      "popReceipt",
      "queueTrigger",
    ]);
    await until(async () => (await queues.count("work")) === 0, "the handled message to be deleted");
  });

  it("writes objects as indented JSON", async () => {
    await queues.send("work", { delayMs: 0 });
    expect(await queues.take("results")).toMatch(/^\{\n {2}"message": \{\n/);
  });

  it("tries a failed message again at once and counts", async () => {
    await queues.send("work", { failUntil: 3 });
    const { triggerMetadata } = await queues.takeJson<Result>("results");
    expect(triggerMetadata.dequeueCount).toBe(3);
  });

  it("moves a message to the poison queue after the last try, with the same body", async () => {
    await queues.send("work", { failUntil: 99, marker: "poison me" });
    expect(JSON.parse(await queues.take("work-poison"))).toEqual({ failUntil: 99, marker: "poison me" });
    await host.printed(/Message has reached MaxDequeueCount of 3\. Moving message '.*' to queue 'work-poison'/);
    expect(host.output().match(/DequeueCount: 3/g)?.length).toBeGreaterThan(0);
  });

  it("moves a message that is not base64 to the poison queue without calling the function, and says why", async () => {
    await queues.sendRaw("work", "this is not base64!");
    expect(await queues.take("work-poison")).toBe("this is not base64!");
    await host.printed(/The message cannot be decoded: the message is not base64/);
  });

  it("keeps a message invisible while its function runs longer than the visibility", async () => {
    await queues.send("work", { delayMs: 2800, marker: "long" });
    const { triggerMetadata } = await queues.takeJson<Result>("results");
    expect(triggerMetadata.dequeueCount).toBe(1);
    await until(
      async () => (await queues.count("work")) === 0,
      "the message to be deleted with its newest pop receipt",
    );
  });

  it("splits a list into messages and wakes the listener of the queue written to", async () => {
    const response = await fetch(`${host.url}/api/fan`, { method: "POST", body: JSON.stringify(["a", { b: 1 }, 3]) });
    expect(response.status).toBe(202);
    const relayed = [await queues.take("results"), await queues.take("results"), await queues.take("results")];
    expect(relayed.map((text) => (JSON.parse(text) as { relayed: unknown }).relayed)).toEqual(
      expect.arrayContaining(["a", { b: 1 }, 3]),
    );
  });

  it("puts values of the message into the name of an output queue", async () => {
    await queues.create("route");
    await queues.send("route", { customer: { name: "Ada" }, text: "for you" });
    expect(await queues.take("for-ada")).toBe("for you");
  });

  it("lists a function whose connection is not set as in error and runs the others", async () => {
    expect(host.functions).not.toContain("noConnection");
    await host.printed(
      /The 'noConnection' function is in error: Storage account connection string 'Missing' does not exist/,
    );
  });

  it("gives each message to exactly one of two hosts", async () => {
    const other = await start("--queue-visibility", "00:00:10");
    const results: Result[] = [];
    const pids = () => new Set(results.map(({ pid }) => pid));
    // The hosts look at the queue in their own time: one may have done all before the other has looked.
    for (let sent = 0; sent < 40 || pids().size < 2; sent += 8) {
      const ids = Array.from({ length: 8 }, (_, index) => sent + index);
      await Promise.all(ids.map((index) => queues.send("work", { index, delayMs: 20 })));
      while (results.length < sent + ids.length) results.push(await queues.takeJson<Result>("results"));
    }
    const indexes = results.map(({ message }) => message["index"] as number).sort((a, b) => a - b);
    expect(indexes).toEqual(Array.from(results, (_, index) => index));
    expect(results.every(({ triggerMetadata }) => triggerMetadata.dequeueCount === 1)).toBe(true);
    await other.stop();
  });

  it("lets a message of a killed host come back with dequeueCount 2", async () => {
    await host.stop();
    const victim = await start("--queue-visibility", "00:00:02");
    await queues.send("work", { delayMs: 2500, marker: "in flight" });
    await victim.printed(/Executing 'Functions\.work'/);
    await victim.stop();
    await start("--queue-visibility", "00:00:02");
    let result = await queues.takeJson<Result>("results");
    // On a busy machine a message of an earlier test may have run twice, which a queue allows.
    while (result.message["marker"] !== "in flight") result = await queues.takeJson<Result>("results");
    expect(result.triggerMetadata.dequeueCount).toBe(2);
  });
});
