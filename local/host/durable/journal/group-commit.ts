import { setImmediate } from "node:timers/promises";
import type { JournalRecord } from "./journal-record.ts";
import { recordToJson } from "./record-line.ts";

/** More than this is not written at once; what waits longer goes with the next group. */
const LARGEST_GROUP_BYTES = 8 * 1024 * 1024;

interface Waiting {
  readonly record: JournalRecord;
  readonly line: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupSteps {
  /** Puts the lines of a group on disk. */
  write(lines: Uint8Array): Promise<void>;
  /** Whether what has been written counts; rejects when it does not. */
  confirm(): Promise<void>;
  apply(record: JournalRecord): void;
  /** What there is to do between two groups, when nothing changes. */
  rest(): Promise<void>;
}

/**
 * Commits records in the order in which they come: all that wait are written and synced together, then applied, then
 * acknowledged. The first failure of any step is the last thing that happens: it rejects all that wait and all that come.
 */
export class GroupCommit {
  readonly #steps: GroupSteps;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #stopped: Error | undefined;

  constructor(steps: GroupSteps) {
    this.#steps = steps;
  }

  async commit(record: JournalRecord): Promise<void> {
    if (this.#stopped !== undefined) throw this.#stopped;
    const line = Buffer.from(`${recordToJson(record)}\n`);
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ record, line, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Takes no more records. Resolves when those that wait have been committed. */
  async stop(reason: Error): Promise<void> {
    this.#stopped ??= reason;
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        await setImmediate(); // whoever is about to commit too, goes along
        await this.#commitGroup(this.#takeGroup());
        await this.#steps.rest();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#running = undefined;
    }
  }

  #takeGroup(): Waiting[] {
    let bytes = 0;
    const end = this.#waiting.findIndex(({ line }, index) => (bytes += line.length) > LARGEST_GROUP_BYTES && index > 0);
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  async #commitGroup(group: readonly Waiting[]): Promise<void> {
    try {
      await this.#steps.write(Buffer.concat(group.map(({ line }) => line)));
      await this.#steps.confirm();
      for (const { record } of group) this.#steps.apply(record);
    } catch (error) {
      for (const { reject } of group) reject(error);
      throw error;
    }
    for (const { resolve } of group) resolve();
  }

  #fail(error: unknown): void {
    this.#stopped = error instanceof Error ? error : new Error(String(error));
    for (const { reject } of this.#waiting.splice(0)) reject(this.#stopped);
  }
}
