import type { HostJson } from "../config/host-json.ts";
import type { QueueSignals } from "../queues/queue-signals.ts";
import type { Binding, TypedData } from "../worker/protocol.ts";

/** Writes one value of one invocation. Rejects when it could not be written, which fails the invocation. */
export type OutputWriter = (data: TypedData, bindingData: () => Readonly<Record<string, unknown>>) => Promise<void>;

/** What output bindings are given of the host they work in. */
interface OutputContext {
  readonly hostJson: HostJson;
  readonly environment: NodeJS.ProcessEnv;
  readonly queueSignals: QueueSignals;
}

/** A kind of output binding. */
export interface OutputBinding {
  /** The binding's type as functions register it. */
  readonly type: string;
  /** Checks the settings of one binding at start. Throws with the reason when it cannot work. */
  prepare(binding: Binding, context: OutputContext): OutputWriter;
}
