import type { HostContext } from "../host-context.ts";
import type { Binding } from "../worker/protocol.ts";
import type { InputReader } from "./reader-and-writer.ts";

/** A kind of input binding. */
export interface InputBinding {
  /** The binding's types as functions register them; some have an older name too. */
  readonly types: readonly string[];
  /** Checks the settings of one binding at start. Throws with the reason when it cannot work. */
  prepare(binding: Binding, context: HostContext): InputReader;
}
