import type { HostContext } from "../host-context.ts";
import type { Owned } from "../ownership/ownership.ts";
import { createHub } from "./create-hub.ts";
import type { HubParts, RunningHub } from "./create-hub.ts";
import { createFunctionIndex } from "./dispatch/function-index.ts";
import type { DurableHost } from "./durable-host.ts";
import { readDurableOptions } from "./durable-options.ts";

type DurableParts = Pick<HostContext, "hostJson" | "environment" | "log" | "invoker" | "ownership" | "stateFolder">;

/**
 * Gathers the app's Durable functions and runs their hub while this host is the owner. An app that has none, and no client
 * of any, gets no hub. Throws when `extensions.durableTask` of host.json is wrong.
 */
export function createDurableHost(parts: DurableParts): DurableHost {
  const { hostJson, environment, log, invoker, ownership, stateFolder } = parts;
  const options = readDurableOptions(hostJson.extension("durableTask"), environment);
  const functions = createFunctionIndex();
  const { owned, running } = ownHub({ stateFolder, options, functions, run: invoker.run, log });
  let isUsed = false;

  function use(): void {
    if (isUsed) return;
    isUsed = true;
    if (options.ignoredStorageProvider !== undefined) {
      const other = `"storageProvider" of host.json names "${options.ignoredStorageProvider}"`;
      log.host("information", `Durable hub "${options.hubName}" is kept in "${stateFolder}", though ${other}.`);
    }
    ownership.add(owned);
  }

  return {
    options,
    use,
    register(kind, fn) {
      functions.add(kind, fn);
      use();
    },
    functionNames: functions.names,
    hub: () => running()?.hub,
  };
}

/** The hub as something that only the owner has; a new one for every time this host becomes the owner. */
function ownHub(parts: Omit<HubParts, "claim">): { owned: Owned; running: () => RunningHub | undefined } {
  let running: RunningHub | undefined;
  return {
    running: () => running,
    owned: {
      async start(claim) {
        running = await createHub({ ...parts, claim });
      },
      async stop() {
        await running?.stop();
      },
      async close() {
        const closing = running;
        running = undefined;
        await closing?.close();
      },
    },
  };
}
