import type { ContainerClient } from "@azure/storage-blob";
import { messageOf } from "../../logging/describe-error.ts";
import type { Log } from "../../logging/log.ts";
import { functionId } from "./blob-message.ts";
import type { BlobMessage } from "./blob-message.ts";
import type { BlobReceipts } from "./blob-receipts.ts";
import { findChanged, lookAt } from "./container-sweep.ts";
import type { FoundBlob } from "./container-sweep.ts";
import type { PathPattern } from "./path-pattern.ts";
import type { ScanInfo } from "./scan-info.ts";

/** A function that wants to know of the blobs of a container. */
interface BlobWatch {
  readonly functionName: string;
  readonly pattern: PathPattern;
}

export interface WatchParts {
  readonly receipts: BlobReceipts;
  readonly scanInfo: ScanInfo;
  readonly log: Log;
  /** Puts the message in the queue from which all hosts take their work. */
  readonly send: (message: BlobMessage) => Promise<unknown>;
}

/** A container with all functions that watch it. */
export interface WatchedContainer {
  readonly url: string;
  add(watch: BlobWatch): void;
  /**
   * Hands over whatever has changed since the last sweep, and what could not be handed over before. Ends early, and begins
   * anew next time, when it may not go on. Never rejects.
   */
  sweep(mayGoOn: () => boolean): Promise<void>;
  /** Hands over one blob that is known to have changed. Never rejects. */
  look(name: string): Promise<void>;
}

export function createWatchedContainer(client: ContainerClient, parts: WatchParts): WatchedContainer {
  const { receipts, scanInfo, log, send } = parts;
  const watches: BlobWatch[] = [];
  const missed = new Set<string>();
  let latest: Date | undefined;
  let isLoaded = false;

  async function offer(blob: FoundBlob): Promise<void> {
    missed.delete(blob.name);
    for (const { functionName, pattern } of watches) {
      if (!pattern.match(blob.name)) continue;
      const message = messageFor(functionName, client, blob);
      try {
        if (await receipts.handOverOnce(message, () => send(message))) continue;
      } catch (error) {
        log.host("warning", `Cannot hand over blob '${client.containerName}/${blob.name}': ${messageOf(error)}`);
      }
      missed.add(blob.name);
    }
  }

  async function lookAgain(name: string): Promise<void> {
    const blob = await lookAt(client, name);
    if (blob) await offer(blob);
    else missed.delete(name);
  }

  async function sweep(mayGoOn: () => boolean): Promise<void> {
    if (!isLoaded) latest = await scanInfo.load(client);
    isLoaded = true;
    for (const name of [...missed]) if (mayGoOn()) await lookAgain(name);
    const changed = await findChanged(client, latest);
    for (const blob of changed) if (mayGoOn()) await offer(blob);
    if (!mayGoOn()) return;
    const newest = newestOf(changed, latest);
    if (newest === undefined || newest.getTime() === latest?.getTime()) return;
    latest = newest;
    // Not while something was missed: after a restart it has to be found again.
    if (missed.size === 0) await scanInfo.save(client, new Date(newest.getTime() - 1));
  }

  const unlessFailing = async (work: Promise<void>): Promise<void> => {
    await work.catch((error: unknown) => {
      log.host("warning", `Cannot scan container '${client.containerName}': ${messageOf(error)}`);
    });
  };
  return {
    url: client.url,
    add: (watch) => void watches.push(watch),
    sweep: (mayGoOn) => unlessFailing(sweep(mayGoOn)),
    look: (name) => unlessFailing(lookAgain(name)),
  };
}

function messageFor(
  functionName: string,
  { containerName }: ContainerClient,
  { name, type, etag }: FoundBlob,
): BlobMessage {
  return { functionId: functionId(functionName), blobType: type, containerName, blobName: name, etag };
}

function newestOf(blobs: readonly FoundBlob[], latest: Date | undefined): Date | undefined {
  return blobs.reduce((newest, { lastModified }) => (newest && newest >= lastModified ? newest : lastModified), latest);
}
