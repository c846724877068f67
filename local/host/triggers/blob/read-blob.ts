import type { BlobDownloadResponseParsed, BlobServiceClient } from "@azure/storage-blob";
import { isMissing } from "../../storage/is-missing.ts";
import { unquoted } from "./container-sweep.ts";

/** A blob with its content and the facts that belong to this very version. */
export interface ReadBlob {
  readonly url: string;
  readonly etag: string;
  readonly bytes: Buffer;
  readonly facts: BlobDownloadResponseParsed;
}

/** How often a download that breaks off is continued where it ended. */
const MOST_RESUMES = 5;

/** Reads a whole blob; undefined when it is gone. */
export async function readBlob(
  service: BlobServiceClient,
  containerName: string,
  name: string,
): Promise<ReadBlob | undefined> {
  const blob = service.getContainerClient(containerName).getBlobClient(name);
  try {
    const facts = await blob.download(0, undefined, { maxRetryRequests: MOST_RESUMES });
    const chunks: Buffer[] = [];
    for await (const chunk of facts.readableStreamBody ?? []) chunks.push(Buffer.from(chunk as Buffer));
    return { url: blob.url, etag: unquoted(facts.etag ?? ""), bytes: Buffer.concat(chunks), facts };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
