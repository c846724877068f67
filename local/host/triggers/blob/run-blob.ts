import type { BlobServiceClient } from "@azure/storage-blob";
import type { DequeuedMessageItem } from "@azure/storage-queue";
import { blobContent } from "../../blobs/blob-content.ts";
import type { AppFunction } from "../../functions/app-function.ts";
import type { TriggerInput } from "../../functions/invoker.ts";
import type { HostContext } from "../../host-context.ts";
import { messageOf } from "../../logging/describe-error.ts";
import { jsonProperties, mergeMetadata, metadataValues } from "../binding-metadata.ts";
import { formatDateTimeOffset } from "../date-time-offset.ts";
import { parseBlobMessage } from "./blob-message.ts";
import type { PathPattern } from "./path-pattern.ts";
import { readBlob } from "./read-blob.ts";
import type { ReadBlob } from "./read-blob.ts";
import { triggerMetadata } from "./trigger-metadata.ts";

/** A function with a blob trigger. */
export interface BlobFunction {
  readonly fn: AppFunction;
  readonly pattern: PathPattern;
  /** Of the account that the blobs are in. */
  readonly service: BlobServiceClient;
}

/** Finds a function by the WebJobs SDK's name of it. */
export type FindFunction = (functionId: string) => BlobFunction | undefined;

/**
 * Makes the handler of the messages that hand blobs over. A blob that is gone, or meant for a function that is, is done with;
 * one that has changed since is looked at anew. Rejects when the function failed or the blob could not be read, which is
 * logged: the message then comes again.
 */
export function createBlobRunner(
  find: FindFunction,
  context: HostContext,
): (text: string, message: DequeuedMessageItem) => Promise<void> {
  const { log, invoker, blobSignals } = context;

  async function prepare(
    text: string,
  ): Promise<{ target: BlobFunction; input: TriggerInput; blob: ReadBlob } | undefined> {
    const { functionId, containerName, blobName, etag } = parseBlobMessage(text);
    const path = `${containerName}/${blobName}`;
    const target = find(functionId);
    if (!target) {
      log.host("debug", `Blob '${path}' was meant for function '${functionId}', which does not exist.`);
      return undefined;
    }
    const blob = await readBlob(target.service, containerName, blobName);
    if (blob?.etag === etag) return { target, blob, input: blobInput(target, path, blob) };
    if (blob) {
      const containerUrl = target.service.getContainerClient(containerName).url;
      blobSignals.written({ containerUrl, name: blobName });
    } else log.host("debug", `Blob '${path}' was not found.`);
    return undefined;
  }

  return async (text, message) => {
    const prepared = await prepare(text).catch((error: unknown) => {
      log.host("error", `Cannot read the blob of message '${message.messageId}': ${messageOf(error)}`);
      throw error;
    });
    if (!prepared) return;
    const { target, input, blob } = prepared;
    const details = `Trigger Details: ${detailsOf(message, blob)}`;
    log.write({ level: "information", logger: `Function.${target.fn.name}`, message: details });
    await invoker.run(target.fn, input);
  };
}

function blobInput({ fn, pattern }: BlobFunction, path: string, blob: ReadBlob): TriggerInput {
  const data = blobContent(blob.bytes, fn.trigger.binding);
  const captures = pattern.match(path.slice(path.indexOf("/") + 1)) ?? {};
  const metadata = mergeMetadata(triggerMetadata(path, blob, captures), jsonProperties(data.string ?? ""));
  return {
    data,
    metadata,
    reason: `New blob detected(LogsAndContainerScan): ${path}`,
    bindingData: () => metadataValues(metadata),
  };
}

function detailsOf({ messageId, dequeueCount, insertedOn }: DequeuedMessageItem, { facts }: ReadBlob): string {
  const times = { InsertedOn: insertedOn, BlobCreated: facts.createdOn, BlobLastModified: facts.lastModified };
  const written = Object.entries(times).flatMap(([name, time]) =>
    time ? [`${name}: ${formatDateTimeOffset(time)}`] : [],
  );
  return [`MessageId: ${messageId}`, `DequeueCount: ${dequeueCount}`, ...written].join(", ");
}
