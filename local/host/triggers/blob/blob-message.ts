import { isJsonObject } from "../../config/json-file.ts";

export type BlobType = "BlockBlob" | "PageBlob" | "AppendBlob";

/** What the scanning host tells all hosts over the queue: this version of this blob is for that function. */
export interface BlobMessage {
  /** The WebJobs SDK's name of the function, see `functionId()`. */
  readonly functionId: string;
  readonly blobType: BlobType;
  readonly containerName: string;
  readonly blobName: string;
  /** Without quotes. */
  readonly etag: string;
}

/** Under this name the real host's receipts and messages know a function of a script. */
export function functionId(name: string): string {
  return `Host.Functions.${name}`;
}

export function formatBlobMessage(message: BlobMessage): string {
  const { functionId: id, blobType, containerName, blobName, etag } = message;
  const properties = { FunctionId: id, BlobType: blobType, ContainerName: containerName, BlobName: blobName };
  return JSON.stringify({ Type: "BlobTrigger", ...properties, ETag: etag }, null, 2);
}

/** Throws when the text is not such a message. */
export function parseBlobMessage(text: string): BlobMessage {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new Error("Invalid blob trigger message.");
  const read = (name: string): string => {
    const field = value[name];
    if (typeof field === "string") return field;
    throw new Error(`Invalid blob trigger message: "${name}" must be a text, found ${JSON.stringify(field)}`);
  };
  return {
    functionId: read("FunctionId"),
    blobType: read("BlobType") as BlobType,
    containerName: read("ContainerName"),
    blobName: read("BlobName"),
    etag: read("ETag"),
  };
}
