import { buffer } from "node:stream/consumers";
import type { ContainerClient } from "@azure/storage-blob";
import { MillraceError } from "./errors.ts";
import { isStatus, storageUnavailable } from "./storage-errors.ts";

/** What is known of a blob before it is read. */
export interface FoundBlob {
  readonly etag: string;
  readonly bytes: number;
  /** Without parameters; empty if its sender said nothing. */
  readonly contentType: string;
  readonly modifiedAt: Date;
}

/** A container that others write to, under names that they choose. Here it is only read. */
export interface Inbox {
  prepare(): Promise<void>;
  /** @throws MillraceError VALIDATION_FAILED for a name that no blob can have, STORAGE_UNAVAILABLE */
  find(name: string): Promise<FoundBlob | undefined>;
  /** The bytes of this version, or nothing if it is gone. @throws MillraceError like `find` */
  read(name: string, etag: string): Promise<Buffer | undefined>;
}

/** Enough for the largest upload over a slow line; whoever waits longer waits for a connection that is dead. */
const TIMEOUT_MS = 60_000;

export function createInbox(client: ContainerClient, { timeoutMs = TIMEOUT_MS } = {}): Inbox {
  const inTime = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });
  const blobOf = (name: string) => {
    refuseWayOut(name);
    return client.getBlobClient(name);
  };
  return {
    async prepare() {
      await client.createIfNotExists();
    },
    async find(name) {
      const blob = blobOf(name);
      try {
        const { etag = "", contentLength = 0, contentType = "", lastModified } = await blob.getProperties(inTime());
        const [mediaType = ""] = contentType.split(";", 1);
        return {
          etag,
          bytes: contentLength,
          contentType: mediaType.trim().toLowerCase(),
          modifiedAt: lastModified ?? new Date(0),
        };
      } catch (thrown) {
        if (isStatus(thrown, 404)) return undefined;
        throw storageUnavailable(thrown);
      }
    },
    async read(name, etag) {
      const blob = blobOf(name);
      try {
        const answer = await blob.download(0, undefined, { conditions: { ifMatch: etag }, ...inTime() });
        return answer.readableStreamBody && (await buffer(answer.readableStreamBody));
      } catch (thrown) {
        if (isStatus(thrown, 404, 412)) return undefined;
        throw storageUnavailable(thrown);
      }
    },
  };
}

/**
 * A name with such parts would leave the container: URLs resolve them before the request is signed. No blob has one, as
 * whoever wrote it went by a URL, too.
 */
function refuseWayOut(name: string): void {
  if (!name.split(/[/\\]/).some((part) => part === "." || part === "..")) return;
  throw new MillraceError("VALIDATION_FAILED", "The blob's name leads out of its container", {
    details: { errors: [{ pointer: "/blob", message: 'has a part "." or ".."' }] },
  });
}
