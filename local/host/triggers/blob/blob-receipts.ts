import type { BlockBlobClient, BlobServiceClient } from "@azure/storage-blob";
import { isMissing } from "../../storage/is-missing.ts";
import type { BlobMessage } from "./blob-message.ts";

const CONTAINER = "azure-webjobs-hosts";
const LEASE_SECONDS = 30;

/** Present in the receipt's metadata until the message has been sent. */
const INCOMPLETE = "Incomplete";

/** The book of which version of which blob has been handed to which function. */
export interface BlobReceipts {
  /**
   * Hands a blob over if nobody has yet: `send` runs in one host at a time. Resolves with false when another host is at it,
   * or was when it died: to be tried again later.
   */
  handOverOnce(blob: BlobMessage, send: () => Promise<unknown>): Promise<boolean>;
}

/**
 * Receipts as the WebJobs SDK keeps them, one empty blob each: `blobreceipts/<host id>/<function id>/<etag>/<container>/<blob>`.
 * A host that dies between sending and completing leaves a blob that is handed over twice.
 */
export function createBlobReceipts(service: BlobServiceClient, hostId: string): BlobReceipts {
  const container = service.getContainerClient(CONTAINER);

  async function create(receipt: BlockBlobClient): Promise<void> {
    const options = { conditions: { ifNoneMatch: "*" }, metadata: { [INCOMPLETE]: INCOMPLETE } };
    try {
      await receipt.upload("", 0, options);
    } catch (error) {
      if (!isMissing(error)) throw error;
      await container.createIfNotExists();
      await receipt.upload("", 0, options);
    }
  }

  return {
    async handOverOnce({ functionId, etag, containerName, blobName }, send) {
      const path = `blobreceipts/${hostId}/${functionId}/${etag}/${containerName}/${blobName}`;
      const receipt = container.getBlockBlobClient(path);
      const state = await readState(receipt);
      if (state === "complete") return true;
      const lease = receipt.getBlobLeaseClient();
      try {
        if (state === "none") await create(receipt);
        await lease.acquireLease(LEASE_SECONDS);
      } catch (error) {
        if (isTaken(error)) return false;
        throw error;
      }
      try {
        // Another host may have completed it between our look and our lease.
        if ((await readState(receipt)) === "complete") return true;
        await send();
        await complete(receipt, lease.leaseId);
        return true;
      } finally {
        await lease.releaseLease().catch(() => undefined); // it ends by itself
      }
    },
  };
}

/** The message is on its way: a lease that ran out meanwhile, or a receipt that somebody deleted, must not send another. */
async function complete(receipt: BlockBlobClient, leaseId: string): Promise<void> {
  try {
    await receipt.setMetadata({}, { conditions: { leaseId } });
  } catch (error) {
    if (!isTaken(error)) throw error;
  }
}

async function readState(receipt: BlockBlobClient): Promise<"none" | "incomplete" | "complete"> {
  try {
    const { metadata = {} } = await receipt.getProperties();
    const isIncomplete = Object.keys(metadata).some((name) => name.toLowerCase() === INCOMPLETE.toLowerCase());
    return isIncomplete ? "incomplete" : "complete";
  } catch (error) {
    if (isMissing(error)) return "none";
    throw error;
  }
}

/** Just created, leased, or taken over by another host, or deleted by somebody. */
function isTaken(error: unknown): boolean {
  const { statusCode } = error as { statusCode?: number };
  return statusCode === 409 || statusCode === 412 || statusCode === 404;
}
