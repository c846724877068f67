import { blobContent } from "../../blobs/blob-content.ts";
import { blobPathOf, openBlobs } from "../../blobs/open-blobs.ts";
import { isMissing } from "../../storage/is-missing.ts";
import type { InputBinding } from "../input-binding.ts";

/** `input.storageBlob()`: the content of a blob; nothing when it is missing. */
export const blobInput: InputBinding = {
  types: ["blob"],
  prepare(binding, context) {
    const { service, path } = openBlobs(binding, context.environment);
    const pathOf = blobPathOf(path);
    return async (bindingData) => {
      const { container, blob } = pathOf(bindingData);
      try {
        const bytes = await service.getContainerClient(container).getBlobClient(blob).downloadToBuffer();
        return blobContent(bytes, binding);
      } catch (error) {
        if (isMissing(error)) return {};
        throw error;
      }
    };
  },
};
