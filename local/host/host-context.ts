import type { BlobSignals } from "./blobs/blob-signals.ts";
import type { HostJson } from "./config/host-json.ts";
import type { Invoker } from "./functions/invoker.ts";
import type { Log } from "./logging/log.ts";
import type { QueueSignals } from "./queues/queue-signals.ts";
import type { KeyRing } from "./server/keys.ts";
import type { Capabilities } from "./worker/protocol.ts";

/** What triggers and bindings are given of the host they work in. */
export interface HostContext {
  readonly hostJson: HostJson;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly invoker: Invoker;
  /** Of the programming model; `HttpUri` is where a streaming app wants its requests. */
  readonly capabilities: Capabilities;
  readonly queueSignals: QueueSignals;
  /** Undefined when keys are not enforced. */
  readonly keys: KeyRing | undefined;
  readonly blobSignals: BlobSignals;
  /** Under which all hosts of this app find each other's work in storage. */
  readonly hostId: string;
  readonly stateFolder: string;
  readonly queueVisibilityMs: number;
}
