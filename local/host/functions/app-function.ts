import type { InputReader, OutputWriter } from "../bindings/reader-and-writer.ts";
import type { RegisteredFunction } from "../worker/core-module.ts";
import type { Binding } from "../worker/protocol.ts";

export interface NamedBinding {
  readonly name: string;
  readonly binding: Binding;
}

/** A function whose bindings the host can all serve. */
export interface AppFunction {
  readonly name: string;
  readonly registered: RegisteredFunction;
  readonly trigger: NamedBinding;
  readonly inputs: readonly { readonly name: string; readonly read: InputReader }[];
  readonly outputs: readonly { readonly name: string; readonly write: OutputWriter }[];
  readonly isDisabled: boolean;
}

/** The name under which the library registers the binding of a handler's return value. */
export const RETURN_BINDING = "$return";

/** The binding that starts a function: the one whose type ends in "Trigger". Throws when there is not exactly one. */
export function findTrigger({ metadata }: RegisteredFunction): NamedBinding {
  const triggers = Object.entries(metadata.bindings).filter(([, { type }]) => type.toLowerCase().endsWith("trigger"));
  const [first] = triggers;
  if (!first || triggers.length > 1)
    throw new Error(`A function needs exactly one trigger binding, found ${triggers.length}`);
  return { name: first[0], binding: first[1] };
}

/** Whether a setting switches the function off. Both spellings exist because Linux shells refuse dots in names. */
export function isDisabled(name: string, environment: NodeJS.ProcessEnv): boolean {
  const value = environment[`AzureWebJobs.${name}.Disabled`] ?? environment[`AzureWebJobs_${name}_Disabled`] ?? "";
  return /^(true|1)$/i.test(value);
}
