import type { ContainerClient } from "@azure/storage-blob";
import { isMissing } from "../../storage/is-missing.ts";
import type { BlobType } from "./blob-message.ts";

/** A blob as the scan found it. */
export interface FoundBlob {
  readonly name: string;
  readonly type: BlobType;
  /** Without quotes. */
  readonly etag: string;
  readonly lastModified: Date;
}

/**
 * Lists the blobs of a container that have changed since the given time or in its very second: the service counts in whole
 * seconds, so that more may have come in the last one. None when the container is missing.
 */
export async function findChanged(container: ContainerClient, since: Date | undefined): Promise<readonly FoundBlob[]> {
  const changed: FoundBlob[] = [];
  try {
    for await (const { name, properties } of container.listBlobsFlat()) {
      const { lastModified, etag, blobType = "BlockBlob" } = properties;
      if (since === undefined || lastModified >= wholeSecond(since))
        changed.push({ name, type: blobType, etag: unquoted(etag), lastModified });
    }
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  return changed;
}

/** One blob as it is now; undefined when it is gone. */
export async function lookAt(container: ContainerClient, name: string): Promise<FoundBlob | undefined> {
  try {
    const { etag = "", blobType = "BlockBlob", lastModified } = await container.getBlobClient(name).getProperties();
    return { name, type: blobType, etag: unquoted(etag), lastModified: lastModified ?? new Date(0) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}

export function unquoted(etag: string): string {
  return etag.replace(/^"|"$/g, "");
}
