import type { BlobServiceClient, ContainerClient } from "@azure/storage-blob";
import { isJsonObject } from "../../config/json-file.ts";
import { isMissing } from "../../storage/is-missing.ts";

const CONTAINER = "azure-webjobs-hosts";

/** Up to which time of change each container has been scanned, so that a restart need not look at every blob again. */
export interface ScanInfo {
  /** Undefined before the first scan. */
  load(container: ContainerClient): Promise<Date | undefined>;
  save(container: ContainerClient, latest: Date): Promise<void>;
}

/** Kept where the WebJobs SDK keeps it: `blobscaninfo/<host id>/<account>/<container>/scanInfo`. */
export function createScanInfo(service: BlobServiceClient, hostId: string): ScanInfo {
  const books = service.getContainerClient(CONTAINER);
  const blobOf = ({ accountName, containerName }: ContainerClient) =>
    books.getBlockBlobClient(`blobscaninfo/${hostId}/${accountName}/${containerName}/scanInfo`);
  return {
    async load(container) {
      try {
        return parse((await blobOf(container).downloadToBuffer()).toString("utf8"));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async save(container, latest) {
      const text = JSON.stringify({ LatestScan: latest.toISOString() });
      await books.createIfNotExists();
      await blobOf(container).upload(text, Buffer.byteLength(text));
    },
  };
}

/** Undefined for a text that is not ours: everything is then looked at again, which the receipts make harmless. */
function parse(text: string): Date | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const time = new Date(String(isJsonObject(value) ? value["LatestScan"] : ""));
    return Number.isNaN(time.getTime()) ? undefined : time;
  } catch {
    return undefined;
  }
}
