import type { HostContext } from "../host-context.ts";
import type { Binding, TypedData } from "../worker/protocol.ts";

/** Reads one value for one invocation. Rejects when it could not be read, which fails the invocation before the handler. */
export type InputReader = (bindingData: () => Readonly<Record<string, unknown>>) => Promise<TypedData>;

/** A kind of input binding. */
export interface InputBinding {
  /** The binding's types as functions register them; some have an older name too. */
  readonly types: readonly string[];
  /** Checks the settings of one binding at start. Throws with the reason when it cannot work. */
  prepare(binding: Binding, context: HostContext): InputReader;
}
