import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { openBlobs } from "../../../../local/host/blobs/open-blobs.ts";
import { openQueue } from "../../../../local/host/queues/open-queue.ts";
import { openTable } from "../../../../local/host/tables/open-table.ts";

describe("STORAGE_RETRIES", () => {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.writeHead(503).end();
  });
  const environment: Record<string, string> = {};
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/one`;
    const endpoints = `BlobEndpoint=${url};QueueEndpoint=${url};TableEndpoint=${url}`;
    environment["AzureWebJobsStorage"] = `DefaultEndpointsProtocol=http;AccountName=one;AccountKey=b25l;${endpoints}`;
  });
  afterAll(() => {
    server.close();
  });

  it.each([
    [
      "queues",
      () => openQueue({ type: "queue", direction: "out", queueName: "one" }, environment).client("one").exists(),
    ],
    [
      "blobs",
      () =>
        openBlobs({ type: "blob", direction: "in", path: "one/two" }, environment)
          .service.getContainerClient("one")
          .exists(),
    ],
    [
      "tables",
      () =>
        openTable({ type: "table", direction: "in", tableName: "one" }, environment)(() => ({})).getEntity("1", "1"),
    ],
  ])("lets %s give up within seconds, after five tries", async (_service, ask) => {
    requests = 0;
    await expect(ask()).rejects.toMatchObject({ statusCode: 503 });
    expect(requests).toBe(5);
  });
});
