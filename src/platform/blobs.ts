import { buffer } from "node:stream/consumers";
import type { ContainerClient, ContainerListBlobFlatSegmentResponse } from "@azure/storage-blob";
import { isStatus, storageUnavailable } from "./storage-errors.ts";

/**
 * A private container. Names are made by the server from ids, never from what a client sent: the SDK resolves `../` in
 * a name before it signs the request, so a name from outside could reach another container.
 */
export interface Container {
  prepare(): Promise<void>;
  /** @throws when the container does not answer */
  ping(abortSignal: AbortSignal): Promise<void>;
  /** Insert only: a name belongs to one writer and one content, so a blob that is there already is this one. */
  put(name: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** The blob's bytes, or nothing. */
  get(name: string): Promise<Buffer | undefined>;
  /** Calm if it is gone. */
  delete(name: string): Promise<void>;
  exists(name: string): Promise<boolean>;
  /** Every blob whose name begins with `folder` and a slash, in the order of their names. */
  list(folder: string): AsyncGenerator<StoredBlob, void>;
  /** Deletes every blob whose name begins with `folder` and a slash. */
  deleteFolder(folder: string): Promise<void>;
}

/** What is known of a blob that was not read. */
export interface StoredBlob {
  readonly name: string;
  readonly modifiedAt: Date;
}

/** Enough for the largest upload over a slow line; whoever waits longer waits for a connection that is dead. */
const TIMEOUT_MS = 60_000;

/** @throws MillraceError STORAGE_UNAVAILABLE from every method when storage cannot do its part */
export function createContainer(client: ContainerClient, { timeoutMs = TIMEOUT_MS } = {}): Container {
  const inTime = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });
  return {
    async prepare() {
      await client.createIfNotExists();
    },
    async ping(abortSignal) {
      await client.getProperties({ abortSignal });
    },
    async put(name, bytes, contentType) {
      try {
        await client.getBlockBlobClient(name).uploadData(bytes, {
          blobHTTPHeaders: { blobContentType: contentType },
          conditions: { ifNoneMatch: "*" },
          ...inTime(),
        });
      } catch (thrown) {
        if (isStatus(thrown, 409)) return;
        throw storageUnavailable(thrown);
      }
    },
    async get(name) {
      try {
        const answer = await client.getBlockBlobClient(name).download(0, undefined, inTime());
        return answer.readableStreamBody && (await buffer(answer.readableStreamBody));
      } catch (thrown) {
        if (isStatus(thrown, 404)) return undefined;
        throw storageUnavailable(thrown);
      }
    },
    async delete(name) {
      try {
        await client.getBlockBlobClient(name).deleteIfExists(inTime());
      } catch (thrown) {
        throw storageUnavailable(thrown);
      }
    },
    async exists(name) {
      try {
        return await client.getBlockBlobClient(name).exists(inTime());
      } catch (thrown) {
        throw storageUnavailable(thrown);
      }
    },
    list: (folder) => listBlobs(client, folder, inTime),
    async deleteFolder(folder) {
      try {
        for await (const { name } of client.listBlobsFlat({ prefix: `${folder}/`, ...inTime() }))
          await client.getBlockBlobClient(name).deleteIfExists(inTime());
      } catch (thrown) {
        throw storageUnavailable(thrown);
      }
    },
  };
}

/** Page by page, each in its own time: a folder can hold millions. */
async function* listBlobs(
  client: ContainerClient,
  folder: string,
  inTime: () => { readonly abortSignal: AbortSignal },
): AsyncGenerator<StoredBlob, void> {
  let continuationToken: string | undefined;
  do {
    let page: ContainerListBlobFlatSegmentResponse;
    try {
      const from = continuationToken === undefined ? {} : { continuationToken };
      const pages = client.listBlobsFlat({ prefix: `${folder}/`, ...inTime() }).byPage(from);
      const next = await pages.next();
      if (next.done) return;
      page = next.value;
    } catch (thrown) {
      throw storageUnavailable(thrown);
    }
    for (const { name, properties } of page.segment.blobItems) yield { name, modifiedAt: properties.lastModified };
    continuationToken = page.continuationToken;
  } while (continuationToken);
}
