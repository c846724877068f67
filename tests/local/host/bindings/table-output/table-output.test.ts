import { odata, TableClient } from "@azure/data-tables";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { takeStorageAccount } from "../../../../support/storage-account.ts";
import { startHostProcess, stopHostProcesses } from "../../support/host-process.ts";
import type { HostProcess } from "../../support/host-process.ts";

describe("table inputs and outputs", () => {
  const connection = takeStorageAccount();
  const table = TableClient.fromConnectionString(connection, "Things", { allowInsecureConnection: true });
  let host: HostProcess;
  const post = (path: string, body: unknown) =>
    fetch(`${host.url}/api/${path}`, { method: "POST", body: JSON.stringify(body) });
  const write = async (partition: string, body: unknown) => (await post(`things/${partition}`, body)).status;
  const get = async (path: string) => (await fetch(`${host.url}/api/things/${path}`)).json();

  beforeAll(async () => {
    host = await startHostProcess({ app: "bindings", env: { AzureWebJobsStorage: connection } });
  });
  afterAll(stopHostProcesses);

  it("creates the table and inserts an object with the binding's partition key, whole numbers as Int64", async () => {
    expect(await write("one", { RowKey: "a", text: "ä", count: 5, ratio: 0.5, yes: true, nothing: null })).toBe(201);
    const entity = await table.getEntity("one", "a", { disableTypeConversion: true });
    expect(entity["count"]).toEqual({ type: "Int64", value: "5" });
    expect(await get("one/a")).toMatchObject({ text: "ä", count: 5, ratio: 0.5, yes: true });
    expect(entity).not.toHaveProperty("nothing");
  });

  it("inserts lists of more entities than one transaction holds, in the partitions they name", async () => {
    const entities = Array.from({ length: 150 }, (_, index) => ({ rowKey: `r${index}`, name: "x" }));
    expect(await write("many", [...entities, { PartitionKey: "elsewhere", RowKey: "r", name: "y" }])).toBe(201);
    const rows: unknown[] = [];
    for await (const row of table.listEntities({ queryOptions: { filter: odata`PartitionKey eq ${"many"}` } }))
      rows.push(row);
    expect(rows).toHaveLength(150);
    expect((await table.getEntity("elsewhere", "r"))["name"]).toBe("y");
  });

  it("fails the invocation on a conflict", async () => {
    expect(await write("conflict", { RowKey: "a" })).toBe(201);
    expect(await write("conflict", { RowKey: "a" })).toBe(500);
    await host.printed(/Executed 'Functions\.writeEntities' \(Failed[^]*EntityAlreadyExists/);
  });

  it.each([
    [{ name: "no row key" }, /is not a valid value for a partition key or row key/],
    [{ RowKey: "a/b" }, /"a\/b" is not a valid value/],
    [{ RowKey: "a", nested: {} }, /Property 'nested' of a table output must be/],
    [[1], /must be an object or a list of objects, found 1/],
  ])("refuses %j and says why", async (value, reason) => {
    expect(await write("refused", value)).toBe(500);
    await host.printed(reason);
  });

  it("replaces the version of an entity that an etag names, and only that", async () => {
    await write("versions", { RowKey: "a", name: "first" });
    const entity = (await get("versions/a")) as Record<string, unknown>;
    expect(await write("versions", { ...entity, name: "second" })).toBe(201);
    expect(await write("versions", { ...entity, name: "too late" })).toBe(500);
    expect(await write("versions", { RowKey: "a", "odata.etag": "*", name: "whatever was there" })).toBe(201);
    expect(await get("versions/a")).toMatchObject({ name: "whatever was there" });
  });

  it("reads one entity as the real host writes it in JSON, and nothing when it is missing", async () => {
    const when = { type: "DateTime", value: "2026-01-02T03:04:05.1234567Z" };
    const id = { type: "Guid", value: "c9da6455-213d-42c9-9a79-3e9149a57833" };
    const bytes = { type: "Binary", value: "AP8=" };
    await table.createEntity({
      partitionKey: "types",
      rowKey: "r",
      when,
      id,
      bytes,
      big: { type: "Int64", value: "42" },
      int: 1,
      half: 0.5,
    });
    expect(await get("types/r")).toEqual({
      "odata.etag": expect.stringMatching(/^W\/"/),
      PartitionKey: "types",
      RowKey: "r",
      Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/),
      when: expect.stringMatching(/^2026-01-02T03:04:05\.123(4567)?\+00:00$/),
      id: id.value,
      bytes: "AP8=",
      big: 42,
      int: 1,
      half: 0.5,
    });
    expect((await fetch(`${host.url}/api/things/types/missing`)).status).toBe(404);
  });

  it("lists the entities of a partition that pass the filter, as many as asked for", async () => {
    await write(
      "list",
      ["a", "b", "it's c", "d"].map((name, index) => ({ RowKey: String(index), name })),
    );
    const names = async (from: string) =>
      ((await get(`list?from=${encodeURIComponent(from)}`)) as { name: string }[]).map(({ name }) => name);
    expect(await names("b")).toEqual(["b", "it's c"]);
    expect(await names("it's c")).toEqual(["it's c"]);
    expect(await names("zzz' or name ge '")).toEqual([]);
  });

  it("serves generic bindings of any letter case", async () => {
    const answers = [
      await (await post("genericTable", { tableName: "Generic", word: "hello" })).json(),
      await (await post("genericTable", { tableName: "Other", word: "other" })).json(),
    ];
    expect(answers).toEqual([{ before: null }, { before: expect.objectContaining({ word: "hello", RowKey: "r" }) }]);
  });
});
