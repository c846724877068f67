import type { InputReader, OutputWriter } from "../bindings/reader-and-writer.ts";
import { inputBindings, outputBindings } from "../bindings/registry.ts";
import type { HostContext } from "../host-context.ts";
import { messageOf } from "../logging/describe-error.ts";
import type { TriggerExtension } from "../triggers/trigger-extension.ts";
import type { RegisteredFunction } from "../worker/core-module.ts";
import { findTrigger, isDisabled, RETURN_BINDING } from "./app-function.ts";
import type { AppFunction, NamedBinding } from "./app-function.ts";

/** One function the app registered: served by an extension, or in error with a reason. */
export interface CatalogEntry {
  readonly name: string;
  readonly registered: RegisteredFunction;
  readonly isDisabled: boolean;
  readonly served?: { readonly fn: AppFunction; readonly extension: TriggerExtension };
  readonly error?: string;
}

const VALID_NAME = /^[a-z][a-z0-9_-]{0,127}$/i;

/**
 * Hands each registered function to the extension of its trigger. Functions come alphabetically without regard to case,
 * which is also the order in which HTTP routes are tried. One that cannot be served is in error; the others run.
 */
export function buildCatalog(
  functions: Iterable<RegisteredFunction>,
  extensions: readonly TriggerExtension[],
  context: HostContext,
): readonly CatalogEntry[] {
  const allowed = context.hostJson.functions?.map((name) => name.toLowerCase());
  const sorted = [...functions]
    .filter(({ metadata }) => allowed?.includes(metadata.name.toLowerCase()) ?? true)
    .sort((one, other) => compare(one.metadata.name.toLowerCase(), other.metadata.name.toLowerCase()));
  return sorted.map((registered, index) => {
    const { name } = registered.metadata;
    const base = { name, registered, isDisabled: isDisabled(name, context.environment) };
    try {
      assertName(name, sorted[index - 1]?.metadata.name);
      const fn = prepareFunction(registered, context);
      const extension = findExtension(fn, extensions);
      extension.add(fn);
      return { ...base, served: { fn, extension } };
    } catch (error) {
      return { ...base, error: messageOf(error) };
    }
  });
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function assertName(name: string, previous: string | undefined): void {
  if (!VALID_NAME.test(name)) throw new Error(`'${name}' is not a valid function name.`);
  if (previous?.toLowerCase() === name.toLowerCase())
    throw new Error(
      `The function name '${name}' differs from '${previous}' only in case: function names must be unique`,
    );
}

function findExtension({ trigger }: AppFunction, extensions: readonly TriggerExtension[]): TriggerExtension {
  const { type } = trigger.binding;
  const extension = extensions.find(({ triggerType }) => triggerType.toLowerCase() === type.toLowerCase());
  if (!extension)
    throw new Error(
      `The trigger type '${type}' is not supported by this host, which serves ${listOf(extensions.map((each) => each.triggerType))}`,
    );
  return extension;
}

function prepareFunction(registered: RegisteredFunction, context: HostContext): AppFunction {
  const { metadata } = registered;
  const trigger = findTrigger(registered);
  const others = Object.entries(metadata.bindings)
    .map(([name, binding]) => ({ name, binding }))
    .filter(({ name }) => name !== trigger.name);
  return {
    name: metadata.name,
    registered,
    trigger,
    inputs: others
      .filter(({ binding }) => binding.direction === "in")
      .map((other) => ({ name: other.name, read: prepareInput(other, context) })),
    outputs: others
      .filter((other) => other.binding.direction !== "in" && !isHttpResponse(trigger, other))
      .map((other) => ({ name: other.name, write: prepareOutput(other, context) })),
    isDisabled: isDisabled(metadata.name, context.environment),
  };
}

/** The response of an HTTP function is written by its trigger. */
function isHttpResponse(trigger: NamedBinding, { name, binding }: NamedBinding): boolean {
  const isHttp = trigger.binding.type.toLowerCase() === "httptrigger";
  return isHttp && name === RETURN_BINDING && binding.type.toLowerCase() === "http";
}

function prepareInput({ name, binding }: NamedBinding, context: HostContext): InputReader {
  const input = inputBindings.find(({ types }) => types.some((type) => isSameType(type, binding.type)));
  if (input) return input.prepare(binding, context);
  const served = listOf(inputBindings.flatMap(({ types }) => types));
  throw new Error(
    `The input binding '${name}' of type '${binding.type}' is not supported by this host, which serves ${served}`,
  );
}

function prepareOutput({ name, binding }: NamedBinding, context: HostContext): OutputWriter {
  const { type, direction } = binding;
  const output = direction === "out" ? outputBindings.find((each) => isSameType(each.type, type)) : undefined;
  if (output) return output.prepare(binding, context);
  const served = listOf(outputBindings.map((each) => each.type));
  throw new Error(
    `The binding '${name}' of type '${type}' and direction '${direction}' is not supported by this host, which serves the outputs ${served}`,
  );
}

function isSameType(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function listOf(types: readonly string[]): string {
  return types.map((type) => `'${type}'`).join(", ");
}
