import type { ContainerClient } from "@azure/storage-blob";
import { blobPathOf, openBlobs } from "../../blobs/open-blobs.ts";
import { isMissing } from "../../storage/is-missing.ts";
import type { OutputBinding } from "../output-binding.ts";
import { blobBytes } from "./blob-bytes.ts";

/** `output.storageBlob()`: writes a block blob over what was there, in a container that is created when missing. */
export const blobOutput: OutputBinding = {
  type: "blob",
  prepare(binding, context) {
    const { service, path } = openBlobs(binding, context.environment);
    const pathOf = blobPathOf(path);
    return async (data, bindingData) => {
      const bytes = blobBytes(data);
      if (!bytes) return;
      const { container: containerName, blob } = pathOf(bindingData);
      const container = service.getContainerClient(containerName);
      await upload(container, blob, bytes);
      context.blobSignals.written({ containerUrl: container.url, name: blob });
    };
  },
};

async function upload(container: ContainerClient, name: string, bytes: Buffer): Promise<void> {
  const blob = container.getBlockBlobClient(name);
  try {
    await blob.uploadData(bytes);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await container.createIfNotExists();
    await blob.uploadData(bytes);
  }
}
