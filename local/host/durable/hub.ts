import type { JournalRecord } from "./journal/journal-record.ts";
import type { FunctionKind } from "./replay/decision.ts";
import type { Instance, Known } from "./state/instance.ts";

/**
 * A task hub in the hands of its owner: what management and clients see of it. Everything that happens is a record;
 * what is read here is durable already.
 */
export interface Hub {
  readonly name: string;
  /** Version given to instances that are started without one; host.json `defaultVersion`. */
  readonly defaultVersion: string;
  /** Resolves when the record is on disk and applied. Rejects when this host is no longer the hub's owner. */
  commit(record: JournalRecord): Promise<void>;
  find(id: string): Known | undefined;
  /** All that is known, in the order of creation. */
  all(): Iterable<Known>;
  /** An orchestration with its history, read from disk if it has been moved out. Undefined when there is none. */
  load(id: string): Promise<Instance | undefined>;
  /** Resolves with the instance when it has ended, or as it is when the time is over. */
  waitForEnd(id: string, timeoutMs: number): Promise<Instance | undefined>;
  functionNames(kind: FunctionKind): readonly string[];
}
