import type { HostContext } from "../host-context.ts";
import type { Binding, TypedData } from "../worker/protocol.ts";

/** Writes one value of one invocation. Rejects when it could not be written, which fails the invocation. */
export type OutputWriter = (data: TypedData, bindingData: () => Readonly<Record<string, unknown>>) => Promise<void>;

/** A kind of output binding. */
export interface OutputBinding {
  /** The binding's type as functions register it. */
  readonly type: string;
  /** Checks the settings of one binding at start. Throws with the reason when it cannot work. */
  prepare(binding: Binding, context: HostContext): OutputWriter;
}
