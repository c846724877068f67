import { BlobServiceClient } from "@azure/storage-blob";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { createContainer } from "../../src/platform/blobs.ts";
import { takeStorageAccount } from "../support/storage-account.ts";
import { startStorageProxy } from "../support/storage-proxy.ts";

const account = takeStorageAccount();
const open = (connectionString: string, name = "content", options = {}) =>
  createContainer(BlobServiceClient.fromConnectionString(connectionString).getContainerClient(name), options);

describe("createContainer()", () => {
  const container = open(account);
  beforeAll(async () => container.prepare());

  it("gives back the bytes it was given, with their type", async () => {
    const bytes = Buffer.from([0, 255, 10, 13]);
    await container.put("a/b/bytes", bytes, "application/pdf");
    expect(await container.get("a/b/bytes")).toEqual(bytes);
    const client = BlobServiceClient.fromConnectionString(account).getContainerClient("content");
    expect((await client.getBlobClient("a/b/bytes").getProperties()).contentType).toBe("application/pdf");
  });

  it("keeps an empty blob", async () => {
    await container.put("empty", Buffer.alloc(0), "text/plain");
    expect(await container.get("empty")).toEqual(Buffer.alloc(0));
  });

  it("keeps what the first writer wrote", async () => {
    await container.put("once", Buffer.from("first"), "text/plain");
    await container.put("once", Buffer.from("second"), "text/plain");
    expect((await container.get("once"))?.toString()).toBe("first");
  });

  it("keeps what one of many writers wrote, and all of it", async () => {
    const texts = Array.from({ length: 8 }, (_, index) => String(index).repeat(10_000));
    await Promise.all(texts.map(async (text) => container.put("race", Buffer.from(text), "text/plain")));
    expect(texts).toContain((await container.get("race"))?.toString());
  });

  it("has nothing under a name that was never written, and is calm when asked to delete it", async () => {
    expect(await container.get("never")).toBeUndefined();
    await container.delete("never");
  });

  it("has nothing after a delete", async () => {
    await container.put("gone", Buffer.from("x"), "text/plain");
    await container.delete("gone");
    expect(await container.get("gone")).toBeUndefined();
  });

  it.each(["files/default/file_0", "with space", "ä/€", "per%cent", "a+b&c=d?e#f", "x".repeat(900)])(
    "tells names apart and gives them back: %j",
    async (name) => {
      await container.put(name, Buffer.from(name), "text/plain");
      expect((await container.get(name))?.toString()).toBe(name);
    },
  );

  it("takes a container that is missing for a failure of storage, not for an answer", async () => {
    const missing = open(account, "nowhere");
    const unavailable = { code: "STORAGE_UNAVAILABLE", kind: "transient" };
    await expect(missing.get("x")).rejects.toMatchObject(unavailable);
    await expect(missing.put("x", Buffer.from("x"), "text/plain")).rejects.toMatchObject(unavailable);
    await expect(missing.delete("x")).rejects.toMatchObject(unavailable);
  });

  it("has written a blob whose answer was lost", async () => {
    const proxy = await startStorageProxy(account, "Blob");
    proxy.loseAnswer("PUT", "reset");
    await open(proxy.connectionString).put("lost-answer", Buffer.from("kept"), "text/plain");
    expect((await container.get("lost-answer"))?.toString()).toBe("kept");
    expect(proxy.requests.length).toBeGreaterThan(1);
    await proxy.stop();
  });

  it("deletes all blobs of a folder, and none beside it", async () => {
    for (const name of ["folder/a", "folder/b/c", "folder-2/a"])
      await container.put(name, Buffer.from("x"), "text/plain");
    await container.deleteFolder("folder");
    await container.deleteFolder("folder");
    expect(await Promise.all(["folder/a", "folder/b/c"].map((name) => container.get(name)))).toEqual([
      undefined,
      undefined,
    ]);
    expect(await container.get("folder-2/a")).toBeDefined();
    await expect(open(account, "nowhere").deleteFolder("x")).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
  });

  it("does not wait for ever for an answer that never comes", async () => {
    const proxy = await startStorageProxy(account, "Blob");
    const impatient = open(proxy.connectionString, "content", { timeoutMs: 200 });
    const calls: Record<string, () => Promise<unknown>> = {
      GET: async () => impatient.get("x"),
      PUT: async () => impatient.put("never", Buffer.from("x"), "text/plain"),
      DELETE: async () => impatient.delete("x"),
    };
    for (const [method, call] of Object.entries(calls)) {
      proxy.refuse(method, "silence");
      await expect(call()).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    }
    await proxy.stop();
  });

  it("believes no conflict but that of a blob which is there", async () => {
    const proxy = await startStorageProxy(account, "Blob");
    proxy.refuse("PUT", { status: 409, headers: { "x-ms-error-code": "ContainerBeingDeleted" } });
    const putting = open(proxy.connectionString).put("refused", Buffer.from("x"), "text/plain");
    await expect(putting).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    await proxy.stop();
  });
});
