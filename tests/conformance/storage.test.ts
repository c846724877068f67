import { TableClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { openTestQueues } from "../local/host/support/queues.ts";
import { until } from "../local/host/support/until.ts";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";

describe.each(moduleSystems)("blob, table and generic bindings (%s)", (moduleSystem) => {
  let blobs: BlobServiceClient;
  const host = useConformanceHost(moduleSystem, {
    async prepare(storage) {
      blobs = BlobServiceClient.fromConnectionString(storage);
      for (const name of ["uploads", "notes", "templates"]) await blobs.getContainerClient(name).createIfNotExists();
      await upload("uploads", "ignored.pdf", "not a text");
      await upload("uploads", "first.txt", "hello ä");
    },
  });

  async function upload(container: string, name: string, text: string): Promise<void> {
    await blobs.getContainerClient(container).getBlockBlobClient(name).upload(text, Buffer.byteLength(text));
  }
  async function download(container: string, name: string): Promise<string> {
    const blob = blobs.getContainerClient(container).getBlockBlobClient(name);
    await until(async () => blob.exists(), `the blob ${container}/${name}`);
    return (await blob.downloadToBuffer()).toString("utf8");
  }

  describe("blobs", () => {
    it("start a function when they are new, and a part of their name goes into the output's", async () => {
      expect(await download("shouted", "first.txt")).toBe("first: HELLO Ä");
    });

    it("start a function again when they change", async () => {
      await download("shouted", "first.txt");
      await upload("uploads", "first.txt", "hello again");
      await until(
        async () => (await download("shouted", "first.txt")) === "first: HELLO AGAIN",
        "the copy of the changed blob",
      );
    });

    it("whose name does not fit the path are left alone", async () => {
      await download("shouted", "first.txt");
      const names = [];
      for await (const { name } of blobs.getContainerClient("shouted").listBlobsFlat()) names.push(name);
      expect(names).toEqual(["first.txt"]);
    });

    it("are written and read by the name in a route", async () => {
      const bytes = Uint8Array.from([0, 255, 10, 254]);
      expect((await host.api("notes/bytes", { method: "PUT", body: bytes })).status).toBe(201);
      const answer = await host.api("notes/bytes");
      expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
    });

    it("that are missing are no input", async () => {
      expect((await host.api("notes/never-written")).status).toBe(404);
    });
  });

  describe("tables", () => {
    const entry = (book: string, number: number, stars: number) => ({
      PartitionKey: book,
      RowKey: String(number),
      Stars: stars,
      Title: `entry ${number}`,
    });
    beforeAll(async () => {
      const table = TableClient.fromConnectionString(host.storage, "Entries", { allowInsecureConnection: true });
      await table.createTable();
    });

    it("take one row, and several", async () => {
      const send = async (body: unknown) => host.api("entries", { method: "POST", body: JSON.stringify(body) });
      expect((await send(entry("guests", 1, 5))).status).toBe(201);
      expect((await send([entry("guests", 2, 1), entry("guests", 3, 4), entry("guests", 4, 3)])).status).toBe(201);
      const answer = await host.api("entries/guests/1");
      expect(await answer.json()).toMatchObject({ entry: entry("guests", 1, 5) });
    });

    it("give rows by a filter, not more than were asked for", async () => {
      await host.api("entries", { method: "POST", body: JSON.stringify([1, 2, 3, 4].map((n) => entry("list", n, n))) });
      const { entries } = (await (await host.api("entries/list")).json()) as { entries: { RowKey: string }[] };
      expect(entries.map(({ RowKey }) => RowKey)).toEqual(["3", "4"]);
    });

    it("give nothing for a row that is missing", async () => {
      expect(await (await host.api("entries/guests/99")).json()).toEqual({ entry: null });
    });
  });

  it("bindings by the names of their types work as those by functions of the library", async () => {
    const queues = openTestQueues(host.storage);
    await queues.create("letter-requests");
    await upload("templates", "polite.txt", "Dear {to}, all is well.");
    await queues.send("letter-requests", { to: "Ada", template: "polite" });
    expect(await queues.take("letters")).toBe("Dear Ada, all is well.");
  });
});
