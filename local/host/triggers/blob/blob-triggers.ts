import { openBlobs } from "../../blobs/open-blobs.ts";
import type { AppFunction } from "../../functions/app-function.ts";
import type { HostContext } from "../../host-context.ts";
import type { Claim } from "../../ownership/ownership.ts";
import type { TriggerExtension } from "../trigger-extension.ts";
import { readBlobOptions } from "./blob-options.ts";
import { openBlobWork } from "./blob-work.ts";
import type { BlobWork } from "./blob-work.ts";
import { parsePathPattern } from "./path-pattern.ts";
import type { BlobFunction } from "./run-blob.ts";

const CONTAINER_SCAN = "LogsAndContainerScan";

/** Until hosts agree on an owner every one scans; the receipts let each version of a blob through once. */
const EVERYBODY: Claim = { epoch: 0, isHeld: async () => true };

/**
 * `app.storageBlob()`: one scanner finds the blobs of all functions and hands them over by a queue, from which all hosts of
 * the app take them.
 */
export function createBlobTriggers(context: HostContext): TriggerExtension {
  const options = readBlobOptions(context.hostJson.extension("blobs")); // here, so that a wrong setting ends the start
  let work: BlobWork | undefined; // without functions there is nothing to scan for, and no account is needed
  return {
    triggerType: "blobTrigger",
    add(fn) {
      const blobFunction = prepareFunction(fn, context);
      if (fn.isDisabled) return;
      work ??= openBlobWork(options, context);
      work.add(blobFunction);
    },
    describe: () => "blobTrigger",
    async start() {
      work?.listener.start();
      await work?.scanner.start(EVERYBODY);
    },
    async stop() {
      await Promise.all([work?.scanner.stop(), work?.listener.stop()]);
    },
    manualInput: () => undefined,
  };
}

function prepareFunction(fn: AppFunction, { environment }: HostContext): BlobFunction {
  const { binding } = fn.trigger;
  const source = binding["source"] ?? CONTAINER_SCAN;
  if (typeof source !== "string" || source.toLowerCase() !== CONTAINER_SCAN.toLowerCase())
    throw new Error(
      `The blob trigger's source ${JSON.stringify(source)} is not supported by this host, which has no Event Grid: use "${CONTAINER_SCAN}"`,
    );
  const { service, path } = openBlobs(binding, environment);
  return { fn, service, pattern: parsePathPattern(path) };
}
