import { join } from "node:path";
import type { Invoker } from "../functions/invoker.ts";
import type { Log } from "../logging/log.ts";
import type { Claim } from "../ownership/ownership.ts";
import { Dispatcher } from "./dispatch/dispatcher.ts";
import type { FunctionIndex } from "./dispatch/function-index.ts";
import type { DurableOptions } from "./durable-options.ts";
import { createEndWatch } from "./end-watch.ts";
import type { Hub } from "./hub.ts";
import type { Recovery } from "./journal/journal.ts";
import { openJournal } from "./journal/open-journal.ts";
import { createHubState } from "./state/hub-state.ts";

export interface HubParts {
  readonly claim: Claim;
  readonly stateFolder: string;
  readonly options: DurableOptions;
  readonly functions: FunctionIndex;
  readonly run: Invoker["run"];
  readonly log: Log;
}

/** A hub while this host owns it. */
export interface RunningHub {
  readonly hub: Hub;
  /** Begins nothing new; resolves when what runs has ended. What comes from outside is still recorded, for the next owner. */
  stop(): Promise<void>;
  /** Takes no more records, and lets go of the files. */
  close(): Promise<void>;
  /** How much is kept beside the state: none when nothing is going on. */
  readonly size: number;
}

/** Opens the hub's journal, recovers what it says, and sets going what waits there. */
export async function createHub(parts: HubParts): Promise<RunningHub> {
  const { claim, options, functions, run, log } = parts;
  const folder = join(parts.stateFolder, "durable", options.hubName);
  const state = createHubState();
  const ends = createEndWatch();
  const journal = await openJournal({
    folder,
    claim,
    state,
    onApplied(changes) {
      dispatcher.follow(changes);
      ends.follow(changes);
    },
  });
  const commit: Hub["commit"] = (record) => journal.commit(record);
  const dispatcher = new Dispatcher({ state, commit, functions, run, options, log });
  logRecovery(log, options.hubName, journal.recovery);
  dispatcher.begin(state.outstanding());
  return {
    hub: {
      name: options.hubName,
      defaultVersion: options.defaultVersion,
      commit,
      find: (id) => state.find(id),
      all: () => state.all(),
      load: (id) => journal.load(id),
      async waitForEnd(id, timeoutMs) {
        await ends.wait(state.find(id), timeoutMs);
        return journal.load(id);
      },
      functionNames: functions.names,
    },
    stop: () => dispatcher.stop(),
    async close() {
      void dispatcher.stop(); // what still runs can record nothing any more
      ends.stop();
      await journal.close();
    },
    get size() {
      return dispatcher.size + ends.size;
    },
  };
}

function logRecovery(log: Log, name: string, { path, records, tornTail }: Recovery): void {
  if (path === undefined) return;
  const torn = tornTail
    ? ` The last writer was interrupted: ${tornTail.bytes} bytes that nobody relied on are dropped.`
    : "";
  log.host("information", `Durable hub "${name}" goes on from "${path}", with ${records} record(s).${torn}`);
}
