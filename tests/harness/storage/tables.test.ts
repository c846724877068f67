import { TableClient, odata } from "@azure/data-tables";
import type { TransactionAction } from "@azure/data-tables";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { BOTH_ACCOUNTS, refusal, tableOptions } from "./both-accounts.ts";

describe.each(BOTH_ACCOUNTS)("Table Storage as %s", (_, takeAccount) => {
  const account = takeAccount();
  const open = (name: string) =>
    TableClient.fromConnectionString(account.connectionString, name, tableOptions(account));
  const table = open("rows");
  let count = 0;
  const aKey = (partitionKey = "p") => ({ partitionKey, rowKey: `row-${String(++count).padStart(4, "0")}` });
  const create = async (row: { partitionKey: string; rowKey: string }) => (await table.createEntity(row)).etag ?? "";

  beforeAll(async () => {
    await table.createTable();
  });

  it("is calm when the table is created again", async () => {
    await expect(table.createTable()).resolves.toBeUndefined();
  });

  it("gives back what was inserted, in the types it came in", async () => {
    const row = {
      ...aKey("it's a + b"),
      text: "ä € \n\" ' <&>",
      empty: "",
      whole: 7,
      half: 0.5,
      yes: true,
      day: new Date("2026-01-02T03:04:05.006Z"),
      json: '{"a":["b"]}',
    };
    const { etag } = await table.createEntity(row);
    const read = await table.getEntity(row.partitionKey, row.rowKey);
    expect(read).toMatchObject({ ...row, etag });
    expect(read["day"]).toBeInstanceOf(Date);
  });

  it("does not keep a property that has no value", async () => {
    const row = { ...aKey(), nothing: null, kept: "kept" };
    await table.createEntity(row as never);
    expect(Object.keys(await table.getEntity(row.partitionKey, row.rowKey))).not.toContain("nothing");
  });

  it("refuses to insert a row that is there", async () => {
    const key = aKey();
    await create({ ...key });
    expect(await refusal(table.createEntity(key))).toBe("409 EntityAlreadyExists");
  });

  it("does not find a row that is not there", async () => {
    expect(await refusal(table.getEntity("p", "nowhere"))).toBe("404 ResourceNotFound");
    expect(await refusal(table.deleteEntity("p", "nowhere", { etag: "*" }))).toBe("404 ResourceNotFound");
    const changing = table.updateEntity({ partitionKey: "p", rowKey: "nowhere" }, "Replace", { etag: "*" });
    expect(await refusal(changing)).toBe("404 ResourceNotFound");
  });

  it("does not find a table that is not there", async () => {
    const missing = open("nowhere");
    expect(await refusal(missing.getEntity("p", "r"))).toBe("404 TableNotFound");
    expect(await refusal(missing.createEntity(aKey()))).toBe("404 TableNotFound");
    expect(await refusal(missing.listEntities().next())).toBe("404 TableNotFound");
  });

  it.each(["Replace", "Merge"] as const)(
    "gives a row a new etag with every %s, and refuses the old one",
    async (mode) => {
      const key = aKey();
      const first = await create(key);
      const second = (await table.updateEntity({ ...key, n: 1 }, mode, { etag: first })).etag ?? "";
      expect(second).not.toBe(first);
      const stale = table.updateEntity({ ...key, n: 2 }, mode, { etag: first });
      expect(await refusal(stale)).toBe("412 UpdateConditionNotSatisfied");
      await table.updateEntity({ ...key, n: 3 }, mode, { etag: second });
      expect(await table.getEntity(key.partitionKey, key.rowKey)).toMatchObject({ n: 3 });
    },
  );

  it("forgets what a replace leaves out, and keeps what a merge leaves out", async () => {
    const key = aKey();
    await table.createEntity({ ...key, a: 1, b: 1 });
    await table.updateEntity({ ...key, b: 2 }, "Merge", { etag: "*" });
    expect(await table.getEntity(key.partitionKey, key.rowKey)).toMatchObject({ a: 1, b: 2 });
    await table.updateEntity({ ...key, b: 3 }, "Replace", { etag: "*" });
    const row = await table.getEntity(key.partitionKey, key.rowKey);
    expect(row["a"]).toBeUndefined();
    expect(row["b"]).toBe(3);
  });

  it("deletes the version that is named, and no other", async () => {
    const key = aKey();
    const first = await create(key);
    const second = (await table.updateEntity({ ...key, n: 1 }, "Merge", { etag: first })).etag ?? "";
    const stale = table.deleteEntity(key.partitionKey, key.rowKey, { etag: first });
    expect(await refusal(stale)).toBe("412 UpdateConditionNotSatisfied");
    await table.deleteEntity(key.partitionKey, key.rowKey, { etag: second });
    expect(await refusal(table.getEntity(key.partitionKey, key.rowKey))).toBe("404 ResourceNotFound");
  });

  it("writes over what is there, or anew, where no version is named", async () => {
    const key = aKey();
    await table.upsertEntity({ ...key, a: 1 }, "Merge");
    await table.upsertEntity({ ...key, b: 2 }, "Merge");
    expect(await table.getEntity(key.partitionKey, key.rowKey)).toMatchObject({ a: 1, b: 2 });
  });

  it("lets one of many writers win a version", async () => {
    const key = aKey();
    const etag = await create(key);
    const writers = Array.from({ length: 8 }, (_each, n) => table.updateEntity({ ...key, n }, "Replace", { etag }));
    const outcomes = await Promise.allSettled(writers);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  describe("a transaction", () => {
    it("carries out all its changes, and tells the etag of each", async () => {
      const [made, changed, gone] = [aKey("t's"), aKey("t's"), aKey("t's")];
      const etag = await create(changed);
      await create(gone);
      const actions: TransactionAction[] = [
        ["create", { ...made, text: "line\nbreak {brace}" }],
        ["update", { ...changed, n: 1 }, "Replace", { etag }],
        ["delete", gone],
      ];
      const answer = await table.submitTransaction(actions);
      const read = await table.getEntity(made.partitionKey, made.rowKey);
      expect(read["text"]).toBe("line\nbreak {brace}");
      expect(answer.getResponseForEntity(made.rowKey)?.etag).toBe(read.etag);
      // Azurite names no row in its answer to an update, so the part is found by its place.
      const { etag: after } = await table.getEntity(changed.partitionKey, changed.rowKey);
      expect(answer.subResponses[1]?.etag).toBe(after);
      expect(await refusal(table.getEntity(gone.partitionKey, gone.rowKey))).toBe("404 ResourceNotFound");
    });

    it("carries out nothing when one of its changes is refused", async () => {
      const [there, fresh] = [aKey(), aKey()];
      const etag = await create(there);
      const attempt = async (second: TransactionAction) =>
        refusal(table.submitTransaction([["create", fresh], second]));
      expect(await attempt(["create", there])).toBe("409 EntityAlreadyExists");
      await table.updateEntity({ ...there, n: 1 }, "Merge", { etag });
      expect(await attempt(["update", { ...there, n: 2 }, "Replace", { etag }])).toBe(
        "412 UpdateConditionNotSatisfied",
      );
      expect(await attempt(["update", aKey(), "Replace", { etag }])).toBe("404 ResourceNotFound");
      expect(await refusal(table.getEntity(fresh.partitionKey, fresh.rowKey))).toBe("404 ResourceNotFound");
      expect(await table.getEntity(there.partitionKey, there.rowKey)).toMatchObject({ n: 1 });
    });

    it("does not find a table that is not there", async () => {
      expect(
        await refusal(
          open("nowhere").submitTransaction([
            ["create", aKey()],
            ["create", aKey()],
          ]),
        ),
      ).toContain("404");
    });
  });

  describe("a query", () => {
    const partitionKey = "query's";
    const rows = [
      { rowKey: "job-a", phase: "queued", n: 1, at: new Date("2026-01-01T00:00:00Z"), on: true },
      { rowKey: "job-b", phase: "done", n: 2, at: new Date("2026-01-02T00:00:00Z"), on: false },
      { rowKey: "job-c", phase: "failed", n: 3, at: new Date("2026-01-03T00:00:00Z"), on: true },
      { rowKey: "key-d", phase: "queued", n: 4, at: new Date("2026-01-04T00:00:00Z") },
    ];
    const within = odata`PartitionKey eq ${partitionKey}`;
    const find = async (filter: string) => {
      const found: string[] = [];
      for await (const { rowKey } of table.listEntities({ queryOptions: { filter } })) found.push(rowKey ?? "");
      return found.map((key) => key.slice(-1)).join("");
    };
    beforeAll(async () => {
      for (const row of rows.toReversed()) await table.createEntity({ partitionKey, ...row });
    });

    it.each([
      ["a partition, in the order of keys", "", "abcd"],
      ["a range of keys", odata` and RowKey gt ${"job-a"} and RowKey lt ${"job."}`, "bc"],
      ["closed ends", odata` and RowKey ge ${"job-a"} and RowKey le ${"job-b"}`, "ab"],
      ["one of several", odata` and (phase eq ${"queued"} or phase eq ${"done"})`, "abd"],
      ["numbers", odata` and n ge ${2} and n lt ${4}`, "bc"],
      ["times", odata` and at gt ${new Date("2026-01-02T00:00:00Z")}`, "cd"],
      ["truth", odata` and on eq ${true}`, "ac"],
      ["what is not so", odata` and not (phase eq ${"queued"})`, "bc"],
      ["what differs", odata` and phase ne ${"queued"}`, "bc"],
      ["nothing by a hostile value", odata` and phase eq ${"x' or PartitionKey ne 'x"}`, ""],
      ["rows that have the property", odata` and missing eq ${"x"}`, ""],
    ])("finds %s", async (_what, filter, expected) => {
      expect(await find(within + filter)).toBe(expected);
    });

    it("hands out pages and goes on where the last one ended", async () => {
      const pages: string[][] = [];
      for await (const page of table.listEntities({ queryOptions: { filter: within } }).byPage({ maxPageSize: 3 }))
        pages.push(page.map(({ rowKey }) => rowKey ?? ""));
      expect(pages.flat()).toEqual(["job-a", "job-b", "job-c", "key-d"]);
      expect(pages[0]).toHaveLength(3);
    });

    it("hands out the properties that are asked for", async () => {
      const found = await table.listEntities({ queryOptions: { filter: within, select: ["RowKey", "n"] } }).next();
      expect(found.value).toMatchObject({ rowKey: "job-a", n: 1 });
      expect(found.value).not.toHaveProperty("phase");
    });
  });
});
