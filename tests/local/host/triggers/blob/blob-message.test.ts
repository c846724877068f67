import { describe, expect, it } from "@jest/globals";
import {
  formatBlobMessage,
  functionId,
  parseBlobMessage,
} from "../../../../../local/host/triggers/blob/blob-message.ts";

describe("formatBlobMessage()", () => {
  const message = {
    functionId: functionId("work"),
    blobType: "BlockBlob",
    containerName: "inbox",
    blobName: 'a/"b".txt',
    etag: "0x1",
  } as const;

  it("writes the message of the WebJobs SDK, which parseBlobMessage() reads", () => {
    const text = formatBlobMessage(message);
    expect(JSON.parse(text)).toEqual({
      Type: "BlobTrigger",
      FunctionId: "Host.Functions.work",
      BlobType: "BlockBlob",
      ContainerName: "inbox",
      BlobName: 'a/"b".txt',
      ETag: "0x1",
    });
    expect(parseBlobMessage(text)).toEqual(message);
  });
});

describe("parseBlobMessage()", () => {
  it.each(["[]", "{}", "no JSON"])("refuses %s", (text) => {
    expect(() => parseBlobMessage(text)).toThrow();
  });
});
