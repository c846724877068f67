import { describe, expect, it } from "@jest/globals";
import type { App } from "../../src/app.ts";
import { runEveryInterleaving } from "./interleavings.ts";

const KEY = { partitionKey: "00", rowKey: "row" };

async function write(app: App): Promise<string> {
  const stored = await app.storage.jobs.get(KEY);
  return app.storage.jobs.save({ ...KEY, count: Number(stored?.row["count"]) + 1 }, stored?.etag ?? "");
}

const read = async (app: App): Promise<unknown> => app.storage.jobs.get(KEY);
const create = async (app: App): Promise<unknown> => app.storage.jobs.create({ ...KEY, count: 0 });

describe("runEveryInterleaving()", () => {
  it("finds all that can come of two who read and then write, some of it in one order only", async () => {
    const seen = new Set<string>();
    const count = await runEveryInterleaving({
      profiles: [],
      prepare: create,
      actors: { a: write, b: write },
      async judge({ a, b }, { app }) {
        const stored = await app.storage.jobs.get(KEY);
        seen.add([a, b].map((one) => ("value" in one ? "done" : "conflict")).join() + String(stored?.row["count"]));
      },
    });
    expect([...seen].sort()).toEqual(["conflict,done1", "done,conflict1", "done,done2"]);
    expect(count).toBe(4); // a then b, b then a, and twice both read first; that the two reads can change places is no order.
  });

  it("takes two who only read for one order", async () => {
    const judge = async () => undefined;
    expect(await runEveryInterleaving({ profiles: [], prepare: create, actors: { a: read, b: read }, judge })).toBe(1);
  });

  it("says so when an actor waits for something that never comes", async () => {
    const never = async () => new Promise<never>(() => undefined);
    const race = { profiles: [], prepare: create, actors: { never }, judge: async () => undefined };
    await expect(runEveryInterleaving(race)).rejects.toThrow("waits for something else than storage");
  });
});
