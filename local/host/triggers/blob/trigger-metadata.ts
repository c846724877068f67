import type { BlobDownloadResponseParsed } from "@azure/storage-blob";
import type { TypedData } from "../../worker/protocol.ts";
import { mergeMetadata } from "../binding-metadata.ts";
import { formatDateTimeOffset } from "../date-time-offset.ts";
import type { ReadBlob } from "./read-blob.ts";

/** .NET writes the kinds of blobs as numbers. */
const BLOB_TYPES: readonly string[] = ["BlockBlob", "PageBlob", "AppendBlob"];

/**
 * What `context.triggerMetadata` is made of: the blob's path, URL, properties and metadata, and what the trigger's path has
 * captured of its name, which wins where names are the same.
 */
export function triggerMetadata(
  path: string,
  { url, facts, etag }: ReadBlob,
  captures: Readonly<Record<string, string>>,
): Record<string, TypedData> {
  const json = (value: unknown): TypedData => ({ json: JSON.stringify(value) });
  const metadata = facts.metadata ?? {};
  return mergeMetadata(
    {
      BlobTrigger: { string: path },
      Uri: json(url),
      Properties: json({ ...propertiesOf(facts), ETag: etag, Metadata: metadata }),
      Metadata: json(metadata),
    },
    Object.fromEntries(Object.entries(captures).map(([name, value]) => [name, { string: value }])),
  );
}

/** The names of .NET's BlobProperties. */
function propertiesOf(facts: BlobDownloadResponseParsed): Record<string, unknown> {
  const date = (time: Date | undefined) => (time ? formatDateTimeOffset(time) : null);
  return {
    LastModified: date(facts.lastModified),
    CreatedOn: date(facts.createdOn),
    BlobType: BLOB_TYPES.indexOf(facts.blobType ?? "BlockBlob"),
    ContentLength: facts.contentLength ?? 0,
    ContentType: facts.contentType ?? null,
    ContentHash: facts.contentMD5 ? Buffer.from(facts.contentMD5).toString("base64") : null,
    ContentEncoding: facts.contentEncoding ?? null,
    ContentDisposition: facts.contentDisposition ?? null,
    ContentLanguage: facts.contentLanguage ?? null,
    CacheControl: facts.cacheControl ?? null,
  };
}
