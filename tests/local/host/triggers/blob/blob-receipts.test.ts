import { BlobServiceClient } from "@azure/storage-blob";
import { describe, expect, it } from "@jest/globals";
import { createBlobReceipts } from "../../../../../local/host/triggers/blob/blob-receipts.ts";
import { takeStorageAccount } from "../../../../support/storage-account.ts";

describe("createBlobReceipts()", () => {
  const service = BlobServiceClient.fromConnectionString(takeStorageAccount());
  const receipts = createBlobReceipts(service, "host");
  const blob = (etag: string) =>
    ({ functionId: "f", blobType: "BlockBlob", containerName: "inbox", blobName: "a/b.txt", etag }) as const;
  const receiptOf = (etag: string) =>
    service.getContainerClient("azure-webjobs-hosts").getBlockBlobClient(`blobreceipts/host/f/${etag}/inbox/a/b.txt`);

  it("lets a version of a blob through once, and the next version again", async () => {
    const sent: string[] = [];
    const handOver = (etag: string) => receipts.handOverOnce(blob(etag), async () => sent.push(etag));
    expect([await handOver("1"), await handOver("1"), await handOver("2")]).toEqual([true, true, true]);
    expect(sent).toEqual(["1", "2"]);
    expect((await receiptOf("1").getProperties()).metadata).toEqual({});
  });

  it("lets one of many who try at once through", async () => {
    let sent = 0;
    const tries = Array.from({ length: 8 }, () => receipts.handOverOnce(blob("3"), async () => (sent += 1)));
    expect(await Promise.all(tries)).toContain(true);
    expect(sent).toBe(1);
  });

  it("tells to try again later while another host is at it", async () => {
    let sent = 0;
    const other = new Promise<boolean>((resolve) => {
      void receipts.handOverOnce(blob("4"), async () => {
        resolve(await receipts.handOverOnce(blob("4"), async () => (sent += 1)));
      });
    });
    expect(await other).toBe(false);
    expect(sent).toBe(0);
  });

  it("stays open when the message could not be sent, and rejects with the reason", async () => {
    const reason = Object.assign(new Error("no queue"), { statusCode: 404 });
    await expect(receipts.handOverOnce(blob("5"), async () => Promise.reject(reason))).rejects.toThrow("no queue");
    expect((await receiptOf("5").getProperties()).metadata).toEqual({ incomplete: "Incomplete" });
    let sent = 0;
    expect(await receipts.handOverOnce(blob("5"), async () => (sent += 1))).toBe(true);
    expect(sent).toBe(1);
  });

  it("counts the message as sent when its lease was broken meanwhile", async () => {
    const lease = receiptOf("6").getBlobLeaseClient();
    const handedOver = receipts.handOverOnce(blob("6"), async () => {
      await lease.breakLease(0);
      await lease.acquireLease(-1);
    });
    expect(await handedOver).toBe(true);
  });
});
