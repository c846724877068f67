import { buffer } from "node:stream/consumers";
import { BlobServiceClient } from "@azure/storage-blob";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { BOTH_ACCOUNTS, refusal } from "./both-accounts.ts";

describe.each(BOTH_ACCOUNTS)("Blob Storage as %s", (_, takeAccount) => {
  const account = takeAccount();
  const options = { ...account.options, retryOptions: { maxTries: 1 } };
  const service = BlobServiceClient.fromConnectionString(account.connectionString, options);
  const container = service.getContainerClient("content");
  const put = async (name: string, text: string, conditions = {}) =>
    (await container.getBlockBlobClient(name).uploadData(Buffer.from(text), { conditions })).etag ?? "";
  const read = async (name: string, conditions = {}) => {
    const { readableStreamBody } = await container.getBlockBlobClient(name).download(0, undefined, { conditions });
    return readableStreamBody ? (await buffer(readableStreamBody)).toString() : undefined;
  };

  beforeAll(async () => {
    await container.create();
  });

  it("is calm when the container is created again", async () => {
    expect((await container.createIfNotExists()).succeeded).toBe(false);
    await container.getProperties();
  });

  it("does not find a container that is not there", async () => {
    const missing = service.getContainerClient("nowhere");
    expect(await refusal(missing.getBlockBlobClient("x").uploadData(Buffer.from("x")))).toBe("404 ContainerNotFound");
    expect(await refusal(missing.getBlockBlobClient("x").download())).toBe("404 ContainerNotFound");
  });

  it.each(["a/b.json", "with space", "ä/€", "per%cent", "a+b&c=d?e#f"])(
    "gives back what was put as %j",
    async (name) => {
      await put(name, name);
      expect(await read(name)).toBe(name);
    },
  );

  it("keeps bytes, an empty blob too, and the type", async () => {
    const bytes = Buffer.from([0, 255, 13, 10]);
    const client = container.getBlockBlobClient("bytes");
    await client.uploadData(bytes, { blobHTTPHeaders: { blobContentType: "application/pdf" } });
    expect(await client.downloadToBuffer()).toEqual(bytes);
    expect(await client.getProperties()).toMatchObject({ contentType: "application/pdf", contentLength: 4 });
    await put("empty", "");
    expect(await read("empty")).toBe("");
  });

  it("gives back a part", async () => {
    await put("part", "0123456789");
    const { readableStreamBody, contentRange } = await container.getBlockBlobClient("part").download(2, 3);
    expect((await buffer(readableStreamBody ?? (Buffer.alloc(0) as never))).toString()).toBe("234");
    expect(contentRange).toBe("bytes 2-4/10");
  });

  it("does not find a blob that is not there", async () => {
    const missing = container.getBlockBlobClient("nowhere");
    expect(await refusal(missing.download())).toBe("404 BlobNotFound");
    expect(await refusal(missing.getProperties())).toContain("404");
    expect((await missing.deleteIfExists()).succeeded).toBe(false);
    expect(await refusal(missing.delete())).toBe("404 BlobNotFound");
  });

  it("keeps the first blob where it was to be new", async () => {
    await put("new", "first", { ifNoneMatch: "*" });
    expect(await refusal(put("new", "second", { ifNoneMatch: "*" }))).toBe("409 BlobAlreadyExists");
    expect(await read("new")).toBe("first");
  });

  it("writes over the version that is named, and no other", async () => {
    const first = await put("versions", "first");
    const second = await put("versions", "second", { ifMatch: first });
    expect(second).not.toBe(first);
    expect(await refusal(put("versions", "third", { ifMatch: first }))).toBe("412 ConditionNotMet");
    expect(await read("versions")).toBe("second");
    expect(await refusal(put("versions-not-there", "x", { ifMatch: "*" }))).toBe("412 ConditionNotMet");
  });

  it("reads the version that is named, or nothing new", async () => {
    const etag = await put("read", "text");
    expect(await read("read", { ifMatch: etag })).toBe("text");
    expect(await refusal(read("read", { ifMatch: '"0xOTHER"' }))).toContain("412");
    expect(await refusal(read("read", { ifNoneMatch: etag }))).toContain("304");
  });

  it("deletes the version that is named, and no other", async () => {
    const first = await put("deleted", "first");
    const second = await put("deleted", "second");
    const client = container.getBlockBlobClient("deleted");
    expect(await refusal(client.delete({ conditions: { ifMatch: first } }))).toBe("412 ConditionNotMet");
    await client.delete({ conditions: { ifMatch: second } });
    expect(await refusal(client.download())).toBe("404 BlobNotFound");
  });

  it("lists what begins with a prefix, in pages", async () => {
    for (const name of ["list/a", "list/b/c", "list/d&e", "list-2/a"]) await put(name, "x");
    const pages: string[][] = [];
    for await (const { segment } of container.listBlobsFlat({ prefix: "list/" }).byPage({ maxPageSize: 2 }))
      pages.push(segment.blobItems.map(({ name }) => name));
    expect(pages).toEqual([["list/a", "list/b/c"], ["list/d&e"]]);
  });
});
