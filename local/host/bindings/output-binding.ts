import type { HostContext } from "../host-context.ts";
import type { Binding } from "../worker/protocol.ts";
import type { OutputWriter } from "./reader-and-writer.ts";

/** A kind of output binding. */
export interface OutputBinding {
  /** The binding's type as functions register it. */
  readonly type: string;
  /** Checks the settings of one binding at start. Throws with the reason when it cannot work. */
  prepare(binding: Binding, context: HostContext): OutputWriter;
}
