import type { Invoker } from "../../functions/invoker.ts";
import type { Log } from "../../logging/log.ts";
import type { DurableOptions } from "../durable-options.ts";
import type { JournalRecord } from "../journal/journal-record.ts";
import type { HubState } from "../state/hub-state.ts";
import type { FunctionIndex } from "./function-index.ts";

/** What those who run the hub's work are given. */
export interface DispatchParts {
  readonly state: Pick<HubState, "find">;
  /** Resolves when the record is on disk and applied. */
  readonly commit: (record: JournalRecord) => Promise<void>;
  readonly functions: FunctionIndex;
  readonly run: Invoker["run"];
  readonly options: DurableOptions;
  readonly log: Log;
}
