import { describe, expect, it } from "@jest/globals";
import type { DoneJob } from "../../../src/jobs/life/job.ts";
import { createDurationStore } from "../../../src/jobs/waits/duration-store.ts";
import { NO_DURATIONS } from "../../../src/jobs/waits/durations.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import { PARTITIONS } from "../../../src/platform/partitions.ts";
import { createTable, odata } from "../../../src/platform/tables.ts";
import type { StoredRow, Table } from "../../../src/platform/tables.ts";
import { aJob } from "../../support/a-job.ts";
import { createTestApp } from "../../support/test-app.ts";

const START = new Date("2026-01-01T00:00:00.000Z");

function doneIn(milliseconds: number, fields: Partial<DoneJob> = {}): DoneJob {
  const startedAt = new Date(START.getTime() + 5);
  const endedAt = new Date(startedAt.getTime() + milliseconds);
  return { ...aJob({ phase: "done" }), acceptedAt: START, startedAt, endedAt, ...fields } as DoneJob;
}

const KIND = { jobType: "summarize-pdf", profileVersion: 1 };
const of = (...worksMs: number[]) => ({ waitsMs: { normal: worksMs.map(() => 5) }, worksMs });

/** A table of the test's own, that counts what it is asked. */
async function aTable(): Promise<{ readonly table: Table; readonly calls: string[]; readonly another: () => Table }> {
  const { connectionString } = await createTestApp();
  const open = () => createTable(connectionString, "millracejobs");
  const calls: string[] = [];
  const table = open();
  const counting: Table = {
    ...table,
    get: async (key) => (calls.push("get"), table.get(key)),
    create: async (...rows) => (calls.push("create"), table.create(...rows)),
    save: async (...written) => (calls.push("save"), table.save(...written)),
  };
  return { table: counting, calls, another: open };
}

const gone = async (): Promise<never> => {
  throw new MillraceError("STORAGE_UNAVAILABLE", "storage is gone");
};

describe("createDurationStore()", () => {
  it("writes what many jobs took with two calls, and knows it at once", async () => {
    const { table, calls, another } = await aTable();
    const store = createDurationStore(table);
    for (const ms of [1, 2, 3, 4]) store.note(doneIn(ms));
    expect(calls).toEqual([]);
    await store.flush();
    expect(calls).toEqual(["get", "create"]);
    expect(await store.of(KIND)).toEqual(of(1, 2, 3, 4));
    expect(calls).toHaveLength(2);

    store.note(doneIn(5));
    await store.flush();
    expect(calls.slice(2)).toEqual(["get", "save"]);
    expect(await createDurationStore(another()).of(KIND)).toEqual(of(1, 2, 3, 4, 5));
    await store.flush();
    expect(calls).toHaveLength(4);
  });

  it("writes by itself after a while, and once for all that came meanwhile", async () => {
    const { table, calls } = await aTable();
    let written = () => undefined as unknown;
    const wrote = new Promise<void>((resolve) => (written = resolve));
    const create: Table["create"] = async (...rows) => {
      const etag = await table.create(...rows);
      written();
      return etag;
    };
    const store = createDurationStore({ ...table, create }, { flushAfterMs: 5 });
    for (const ms of [1, 2, 3]) store.note(doneIn(ms));
    await wrote;
    expect(calls).toEqual(["get", "create"]);
  });

  it("reads once for as long as what it read is fresh, however often it is asked", async () => {
    const { table, calls } = await aTable();
    const store = createDurationStore(table);
    const answers = await Promise.all(Array.from({ length: 100 }, async () => store.of(KIND)));
    expect(new Set(answers)).toEqual(new Set([NO_DURATIONS]));
    expect(calls).toEqual(["get"]);
    const impatient = createDurationStore(table, { freshMs: 0 });
    await impatient.of(KIND);
    await impatient.of(KIND);
    expect(calls).toHaveLength(3);
  });

  it("keeps kinds apart: other types, and other versions of one", async () => {
    const { table } = await aTable();
    const store = createDurationStore(table);
    store.note(doneIn(1));
    store.note(doneIn(2, { profileVersion: 2 }));
    store.note(doneIn(3, { jobType: "thumbnail" }));
    await store.flush();
    const read = createDurationStore(table);
    expect(await read.of(KIND)).toEqual(of(1));
    expect(await read.of({ ...KIND, profileVersion: 2 })).toEqual(of(2));
    expect(await read.of({ ...KIND, jobType: "thumbnail" })).toEqual(of(3));
  });

  it("loses nothing of two processes that write at once", async () => {
    const { table, another } = await aTable();
    const stores = [createDurationStore(table), createDurationStore(another())];
    for (const round of [1, 2, 3]) {
      for (const store of stores) store.note(doneIn(round));
      await Promise.all(stores.map(async (store) => store.flush()));
    }
    expect((await createDurationStore(table).of(KIND)).worksMs).toHaveLength(6);
  });

  it("gives up a write that others are always in the way of", async () => {
    const { table, calls } = await aTable();
    const create = async (): Promise<never> => {
      throw new MillraceError("VERSION_CONFLICT", "somebody was faster");
    };
    const store = createDurationStore({ ...table, create });
    store.note(doneIn(1));
    await store.flush();
    expect(calls).toEqual(["get", "get", "get"]);
  });

  it("fails nobody where storage fails, and believes what it knew", async () => {
    const { table } = await aTable();
    let isGone = false;
    const get: Table["get"] = async (key) => (isGone ? gone() : table.get(key));
    const store = createDurationStore({ ...table, get }, { freshMs: 0 });
    store.note(doneIn(1));
    await store.flush();
    isGone = true;
    store.note(doneIn(2));
    await store.flush();
    expect(await store.of(KIND)).toEqual(of(1));
    expect(await store.of({ ...KIND, profileVersion: 2 })).toEqual(NO_DURATIONS);
    isGone = false;
    expect(await store.of(KIND)).toEqual(of(1));
  });

  it("does not ask storage that fails at every poll", async () => {
    let asked = 0;
    const { table } = await aTable();
    const get = async () => (asked++, gone());
    const store = createDurationStore({ ...table, get });
    for (const _ of [1, 2, 3]) expect(await store.of(KIND)).toEqual(NO_DURATIONS);
    expect(asked).toBe(1);
  });

  it.each(["nonsense", "{}", '["1"]'])("takes a row that holds %s for none, and writes over it", async (worksMs) => {
    const { table } = await aTable();
    const store = createDurationStore(table, { freshMs: 0 });
    store.note(doneIn(1));
    await store.flush();
    const { row, etag } = await theRow(table);
    await table.save({ ...row, worksMs }, etag);
    expect(await store.of(KIND)).toEqual(NO_DURATIONS);
    store.note(doneIn(2));
    await store.flush();
    expect(await store.of(KIND)).toEqual(of(2));
  });
});

async function theRow(table: Table): Promise<StoredRow> {
  const rows = await Promise.all(
    PARTITIONS.map(async (partition) => table.list({ filter: odata`PartitionKey eq ${partition}`, limit: 1 })),
  );
  const [row] = rows.flat();
  if (row) return row;
  throw new Error("there is no row");
}
