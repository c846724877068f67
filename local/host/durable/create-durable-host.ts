import type { AppFunction } from "../functions/app-function.ts";
import type { HostContext } from "../host-context.ts";
import type { DurableHost } from "./durable-host.ts";
import { readDurableOptions } from "./durable-options.ts";
import type { FunctionKind } from "./replay/decision.ts";

type DurableParts = Pick<HostContext, "hostJson" | "environment" | "log" | "invoker" | "ownership" | "stateFolder">;

/** Gathers the app's Durable functions. Throws when `extensions.durableTask` of host.json is wrong. */
export function createDurableHost({ hostJson, environment }: DurableParts): DurableHost {
  const functions = new Map<FunctionKind, AppFunction[]>([
    ["orchestrator", []],
    ["activity", []],
    ["entity", []],
  ]);
  return {
    options: readDurableOptions(hostJson.extension("durableTask"), environment),
    register(kind, fn) {
      functions.get(kind)?.push(fn);
    },
    functionNames: (kind) => functions.get(kind)?.map(({ name }) => name) ?? [],
    hub: () => undefined,
  };
}
