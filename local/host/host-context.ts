import type { BlobSignals } from "./blobs/blob-signals.ts";
import type { HostJson } from "./config/host-json.ts";
import type { DurableHost } from "./durable/durable-host.ts";
import type { RpcListener } from "./durable/management/rpc-listener.ts";
import type { Invoker } from "./functions/invoker.ts";
import type { Log } from "./logging/log.ts";
import type { Ownership } from "./ownership/ownership.ts";
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
  readonly durable: DurableHost;
  /** Where the app's own Durable clients call. */
  readonly durableRpc: RpcListener;
  readonly queueSignals: QueueSignals;
  /** Undefined when keys are not enforced. */
  readonly keys: KeyRing | undefined;
  readonly appFolder: string;
  readonly blobSignals: BlobSignals;
  /** Under which all hosts of this app find each other's work in storage. */
  readonly hostId: string;
  readonly stateFolder: string;
  /** What one of several hosts does; the others wait until it is gone. */
  readonly ownership: Ownership;
  /** Where this host answers, as people are shown it. */
  readonly hostUrl: string;
  readonly queueVisibilityMs: number;
}
