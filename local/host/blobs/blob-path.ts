import { BlobClient } from "@azure/storage-blob";

/** The rules of the storage service; `$root` and its like are the service's own. */
const CONTAINER_NAME = /^(?:[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){2,62}|\$root|\$logs|\$web)$/;
const LONGEST_BLOB_NAME = 1024;

export interface BlobPath {
  readonly container: string;
  readonly blob: string;
}

/** Reads `container/blob`, or a blob's whole URL as events carry it. Throws the real host's sentence when it is neither. */
export function parseBlobPath(text: string): BlobPath {
  if (/^https?:\/\//i.test(text)) {
    const { containerName, name } = new BlobClient(text);
    return { container: containerName, blob: name };
  }
  const slash = text.indexOf("/");
  if (slash <= 0 || slash === text.length - 1)
    throw new Error(
      `Invalid blob path specified : '${text}'. Blob identifiers must be in the format 'container/blob'.`,
    );
  const path = { container: text.slice(0, slash), blob: text.slice(slash + 1) };
  assertContainerName(path.container);
  if (path.blob.length > LONGEST_BLOB_NAME)
    throw new Error(`A blob name must be at most ${LONGEST_BLOB_NAME} characters long, found ${path.blob.length}`);
  return path;
}

export function assertContainerName(name: string): void {
  if (!CONTAINER_NAME.test(name))
    throw new Error(
      `Invalid container name: ${name}. It must be 3 to 63 lower-case letters, digits and single dashes, beginning and ending with a letter or digit`,
    );
}
