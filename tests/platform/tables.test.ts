import { TableServiceClient } from "@azure/data-tables";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createTable, odata } from "../../src/platform/tables.ts";
import type { Row, Table } from "../../src/platform/tables.ts";
import { takeStorageAccount } from "../support/storage-account.ts";
import { startStorageProxy } from "../support/storage-proxy.ts";
import type { Fault, StorageProxy } from "../support/storage-proxy.ts";

const NAME = "rows";
const account = takeStorageAccount();
let count = 0;

/** A row of a partition of its own, unless a test says which. */
function aRow(fields: Partial<Row> = {}): Row {
  count += 1;
  return { partitionKey: `p${count}`, rowKey: "a", text: "one", ...fields };
}

const prepared = TableServiceClient.fromConnectionString(account, { allowInsecureConnection: true }).createTable(NAME);
beforeAll(async () => prepared);

describe("createTable()", () => {
  const table = createTable(account, NAME);

  it("gives a row back as it was written, each type as it was", async () => {
    const row = aRow({ text: "ä\n'", whole: 7, part: 0.5, yes: true, at: new Date("2026-01-02T03:04:05.678Z") });
    const etag = await table.create(row);
    const stored = await table.get(row);
    expect(stored).toMatchObject({ row, etag });
    expect(Object.keys(stored?.row ?? {}).sort()).toEqual([...Object.keys(row), "writeId"].sort());
  });

  it("has nothing under a key that was never written", async () => {
    expect(await table.get(aRow())).toBeUndefined();
  });

  it("creates a row once", async () => {
    const row = aRow();
    await table.create(row);
    await expect(table.create({ ...row, text: "two" })).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    expect((await table.get(row))?.row).toMatchObject({ text: "one" });
  });

  it("creates all rows of a transaction and gives the first one's etag", async () => {
    const first = aRow();
    const second = { ...first, rowKey: "b" };
    const etag = await table.create(first, second);
    expect((await table.get(first))?.etag).toBe(etag);
    expect(await table.get(second)).toBeDefined();
  });

  it.each([
    ["first", "b"],
    ["second", "a"],
  ])("creates no row of a transaction whose %s row exists", async (_, missing) => {
    const rows = [aRow(), aRow()] as const;
    const [first, second] = [rows[0], { ...rows[0], rowKey: "b" }];
    await table.create(missing === "b" ? first : second);
    await expect(table.create(first, second)).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    expect(await table.get({ ...first, rowKey: missing })).toBeUndefined();
  });

  it("saves over the version that was read, and over no other", async () => {
    const row = aRow();
    const first = await table.create(row);
    const second = await table.save({ ...row, text: "two" }, first);
    expect(second).not.toBe(first);
    await expect(table.save({ ...row, text: "three" }, first)).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    expect(await table.get(row)).toMatchObject({ row: { text: "two" }, etag: second });
  });

  it("replaces the whole row: a column that is gone is gone", async () => {
    const row = aRow({ note: "x" });
    const etag = await table.create(row);
    const { note: _note, ...rest } = row;
    await table.save(rest, etag);
    expect((await table.get(row))?.row).not.toHaveProperty("note");
  });

  it("does not bring a deleted row back", async () => {
    const row = aRow();
    const etag = await table.create(row);
    await table.delete(row, etag);
    await expect(table.save(row, etag)).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    expect(await table.get(row)).toBeUndefined();
  });

  it("lets one of many writers save over a version", async () => {
    const row = aRow();
    const etag = await table.create(row);
    const writers = Array.from({ length: 8 }, async (_, writer) => table.save({ ...row, writer }, etag));
    const outcomes = await Promise.allSettled(writers);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "VERSION_CONFLICT" });
  });

  it("deletes the version that was read, is calm when it is gone, and keeps a newer one", async () => {
    const row = aRow();
    const first = await table.create(row);
    const second = await table.save(row, first);
    await expect(table.delete(row, first)).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    await table.delete(row, second);
    await table.delete(row, second);
    expect(await table.get(row)).toBeUndefined();
  });

  it("lists what the filter says in the order of keys, whatever the filter's values hold", async () => {
    const partitionKey = "it's";
    for (const rowKey of ["c", "a", "b"]) await table.create(aRow({ partitionKey, rowKey }));
    const filter = (partition: string) => odata`PartitionKey eq ${partition}`;
    const keys = async (partition: string, limit: number) =>
      (await table.list({ filter: filter(partition), limit })).map(({ row }) => row.rowKey);
    expect(await keys(partitionKey, 10)).toEqual(["a", "b", "c"]);
    expect(await keys(partitionKey, 2)).toEqual(["a", "b"]);
    expect(await keys("x' or PartitionKey ne 'x", 10)).toEqual([]);
  });

  it("takes a table that is missing for a failure of storage, not for an answer", async () => {
    const missing = createTable(account, "nowhere");
    const etag = await table.create(aRow());
    const unavailable = { code: "STORAGE_UNAVAILABLE", kind: "transient" };
    await expect(missing.get(aRow())).rejects.toMatchObject(unavailable);
    await expect(missing.create(aRow())).rejects.toMatchObject(unavailable);
    await expect(missing.create(aRow(), aRow())).rejects.toMatchObject(unavailable);
    await expect(missing.save(aRow(), etag)).rejects.toMatchObject(unavailable);
    await expect(missing.delete(aRow(), etag)).rejects.toMatchObject(unavailable);
    await expect(missing.list({ filter: odata`PartitionKey eq ${"p"}`, limit: 1 })).rejects.toMatchObject(unavailable);
  });
});

describe("createTable() behind a network that loses answers", () => {
  let proxy: StorageProxy;
  let table: Table;
  beforeAll(async () => {
    proxy = await startStorageProxy(account, "Table");
    table = createTable(proxy.connectionString, NAME);
  });
  afterAll(async () => proxy.stop());

  const faults: readonly [string, Fault][] = [
    ["the connection breaks", "reset"],
    ["a gateway answers 500", { status: 500 }],
    ["a gateway answers 503", { status: 503 }],
  ];

  describe.each(faults)("when %s after the write", (_, fault) => {
    it("has created the row (M1)", async () => {
      const row = aRow();
      proxy.loseAnswer("POST", fault);
      const etag = await table.create(row);
      expect(await table.get(row)).toMatchObject({ row, etag });
    });

    it("has created all rows of the transaction", async () => {
      const row = aRow();
      proxy.loseAnswer("POST", fault);
      const etag = await table.create(row, { ...row, rowKey: "b" });
      expect((await table.get(row))?.etag).toBe(etag);
      expect(await table.get({ ...row, rowKey: "b" })).toBeDefined();
    });

    it("has saved the row", async () => {
      const row = aRow();
      const first = await table.create(row);
      proxy.loseAnswer("PUT", fault);
      const second = await table.save({ ...row, text: "two" }, first);
      expect(await table.get(row)).toMatchObject({ row: { text: "two" }, etag: second });
      expect(second).not.toBe(first);
    });

    it("has deleted the row", async () => {
      const row = aRow();
      const etag = await table.create(row);
      proxy.loseAnswer("DELETE", fault);
      await table.delete(row, etag);
      expect(await table.get(row)).toBeUndefined();
    });
  });

  it("sees a real conflict all the same", async () => {
    const row = aRow();
    const first = await table.create(row);
    proxy.loseAnswer("POST", "reset");
    await expect(table.create(row)).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    await table.save(row, first);
    proxy.loseAnswer("PUT", "reset");
    await expect(table.save(row, first)).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
  });

  it("does not wait for ever for an answer that never comes", async () => {
    const impatient = createTable(proxy.connectionString, NAME, { timeoutMs: 200 });
    const row = aRow();
    const etag = await table.create(row);
    const calls: Record<string, () => Promise<unknown>> = {
      GET: async () => impatient.get(row),
      POST: async () => impatient.create(aRow()),
      PUT: async () => impatient.save(row, etag),
      DELETE: async () => impatient.delete(row, etag),
    };
    for (const [method, call] of Object.entries(calls)) {
      proxy.refuse(method, "silence");
      await expect(call()).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    }
    proxy.refuse("POST", "silence");
    const other = aRow();
    await expect(impatient.create(other, { ...other, rowKey: "b" })).rejects.toMatchObject({
      code: "STORAGE_UNAVAILABLE",
    });
    proxy.refuse("GET", "silence");
    const listing = impatient.list({ filter: odata`PartitionKey eq ${"p"}`, limit: 1 });
    await expect(listing).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
  });

  it("reads on where storage hands out small pages, up to the limit", async () => {
    const partitionKey = "pages";
    for (const rowKey of ["a", "b", "c", "d", "e", "f", "g"]) await table.create(aRow({ partitionKey, rowKey }));
    proxy.rewriteUrl((url) => url.replace(/(top=)\d+/, "$12"));
    const before = proxy.requests.length;
    const found = await table.list({ filter: odata`PartitionKey eq ${partitionKey}`, limit: 5 });
    expect(found.map(({ row }) => row.rowKey).join("")).toBe("abcde");
    expect(proxy.requests.length - before).toBe(3);
  });
});

describe("createTable() with rows beside the one that is written", () => {
  const table = createTable(account, NAME);
  const beside = (row: Row, rowKey: string): Row => ({ partitionKey: row.partitionKey, rowKey });
  const present = async (...rows: readonly Row[]) =>
    (await Promise.all(rows.map(async (row) => table.get(row)))).map((stored) => stored !== undefined);

  it("changes all of them in one transaction, whatever keys hold", async () => {
    const row = aRow({ rowKey: "job|w|1" });
    const [old, next] = [
      beside(row, "due|2026-01-01T00:00:00.000Z|w|1"),
      beside(row, "due|2026-01-02T00:00:00.000Z|w|1"),
    ];
    const first = await table.create(row, old);
    const second = await table.save({ ...row, text: "two" }, first, { put: [next], remove: [old] });
    expect(await table.get(row)).toMatchObject({ row: { text: "two" }, etag: second });
    expect(await present(old, next)).toEqual([false, true]);
  });

  it("changes none of them when the row itself was changed by somebody else", async () => {
    const row = aRow();
    const [old, next] = [beside(row, "b"), beside(row, "c")];
    const first = await table.create(row, old);
    await table.save(row, first);
    const conflict = { code: "VERSION_CONFLICT" };
    await expect(table.save(row, first, { put: [next], remove: [old] })).rejects.toMatchObject(conflict);
    expect(await present(row, old, next)).toEqual([true, true, false]);
  });

  it("goes on when a row that it was to delete is gone already", async () => {
    const row = aRow();
    const [gone, old, next] = [beside(row, "b"), beside(row, "c"), beside(row, "d")];
    const first = await table.create(row, old);
    await table.save(row, first, { put: [next], remove: [gone, old] });
    expect(await present(row, old, next)).toEqual([true, false, true]);
  });

  it("finds out that it was done when its answer was lost, now and for good", async () => {
    const proxy = await startStorageProxy(account, "Table");
    const seenThrough = createTable(proxy.connectionString, NAME);
    for (const refusals of [0, 2]) {
      const row = aRow();
      const other = beside(row, "b");
      const etag = await table.create(row, other);
      proxy.loseAnswer("POST", "reset");
      for (let tries = 0; tries < refusals; tries++) proxy.refuse("POST", "reset");
      const saved = await seenThrough.save({ ...row, text: "two" }, etag, { remove: [other] });
      expect(await table.get(row)).toMatchObject({ row: { text: "two" }, etag: saved });
      expect(await present(row, other)).toEqual([true, false]);
    }
    await proxy.stop();
  });
});
