import { BlobServiceClient } from "@azure/storage-blob";
import { hasExpressions } from "../config/binding-template.ts";
import { resolveConnection } from "../config/connections.ts";
import { resolveBindingExpressions, resolveSettings } from "../config/expressions.ts";
import type { BindingData, Environment } from "../config/expressions.ts";
import type { Binding } from "../worker/protocol.ts";
import { parseBlobPath } from "./blob-path.ts";
import type { BlobPath } from "./blob-path.ts";

export interface OpenedBlobs {
  readonly service: BlobServiceClient;
  /** `path` with settings replaced; `{…}` may still be in it. */
  readonly path: string;
}

/** Reads `path` and `connection` of a blob binding. Throws when a setting or the connection is missing. */
export function openBlobs(binding: Binding, environment: Environment): OpenedBlobs {
  const { path, connection } = binding;
  if (typeof path !== "string" || path === "")
    throw new Error(`"path" must be like container/blob, found ${JSON.stringify(path)}`);
  refuseSdkBinding(binding);
  return {
    service: BlobServiceClient.fromConnectionString(resolveConnection(connection, environment)),
    path: resolveSettings(path, environment),
  };
}

/** The path of one invocation's blob. One without expressions is checked here, at the start. */
export function blobPathOf(path: string): (bindingData: BindingData) => BlobPath {
  if (hasExpressions(path)) return (bindingData) => parseBlobPath(resolveBindingExpressions(path, bindingData));
  const fixed = parseBlobPath(resolveBindingExpressions(path, () => ({}))); // doubled braces become single ones
  return () => fixed;
}

/** `sdkBinding: true` asks for a client of the storage SDK, which a library beside the app's makes of a reference. */
function refuseSdkBinding({ properties }: Binding): void {
  const supported = (properties as { supportsDeferredBinding?: string } | undefined)?.supportsDeferredBinding;
  if (supported === "true")
    throw new Error(`"sdkBinding" is not supported by this host: leave it out to be given the blob's content`);
}
