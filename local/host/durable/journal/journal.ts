import type { Claim } from "../../ownership/ownership.ts";
import type { Changes } from "../state/changes.ts";
import type { HubState } from "../state/hub-state.ts";
import { isEnded } from "../state/instance.ts";
import type { Instance } from "../state/instance.ts";
import { archivedForm } from "./addressee-lines.ts";
import { GroupCommit } from "./group-commit.ts";
import { JournalBrokenError, JournalClosedError, LostOwnershipError } from "./journal-errors.ts";
import type { JournalRecord } from "./journal-record.ts";
import { readArchived } from "./read-addressee.ts";
import type { TornTail } from "./read-records.ts";
import { writeAll } from "./write-all.ts";
import { writeSnapshot } from "./write-snapshot.ts";
import type { Snapshot } from "./write-snapshot.ts";

export interface JournalOptions {
  /** Where the hub's files are; made when it is not there. */
  readonly folder: string;
  readonly claim: Claim;
  /** Empty. Filled from what an earlier owner has written, and changed by `commit` alone from then on. */
  readonly state: HubState;
  /**
   * Called as each record becomes true, before its `commit` resolves; not for what is read at the start (that is in
   * `state.outstanding()`). Must not throw: that would break the journal.
   */
  readonly onApplied?: (changes: Changes, record: JournalRecord) => void;
  /** A new snapshot is written when the records after the last one are longer than this, and than the snapshot. 8 MiB. */
  readonly compactAfterBytes?: number;
  /** From this length on a snapshot is written however long the last one is: what has ended since is in memory. 128 MiB. */
  readonly compactBeforeBytes?: number;
}

const MEBIBYTE = 1024 * 1024;

/** What was found at the start. */
export interface Recovery {
  /** The file; undefined when the hub is new. */
  readonly path: string | undefined;
  /** How many records followed its snapshot. */
  readonly records: number;
  /** Something to log: the last writer was interrupted here. None of it had been acknowledged. */
  readonly tornTail: TornTail | undefined;
}

export interface JournalStats {
  readonly records: number;
  /** Writes with a sync each; far fewer than records when many commit at once. */
  readonly groups: number;
  readonly compactions: number;
  /** Length of the file, and of the records in it that follow the snapshot. */
  readonly bytes: number;
  readonly recordBytes: number;
}

/** The journal of a hub in the hands of its owner. Made by `openJournal`. */
export class Journal {
  readonly recovery: Recovery;
  readonly #options: JournalOptions;
  readonly #commits: GroupCommit;
  readonly #counts = { records: 0, groups: 0, compactions: 0 };
  #snapshot: Snapshot;
  #recordBytes = 0;
  #closing: Promise<void> | undefined;

  constructor(options: JournalOptions, snapshot: Snapshot, recovery: Recovery) {
    this.#options = options;
    this.recovery = recovery;
    this.#snapshot = snapshot;
    this.#commits = new GroupCommit({
      write: async (lines) => this.#unlessBroken(async () => this.#write(lines)),
      confirm: async () => this.#unlessBroken(async () => this.#checkClaim()),
      apply: (record) => {
        this.#apply(record);
      },
      rest: async () => this.#unlessBroken(async () => this.#compactIfLong()),
    });
    moveOut(options.state, snapshot);
  }

  get stats(): JournalStats {
    const recordBytes = this.#recordBytes;
    return { ...this.#counts, bytes: this.#snapshot.bytes + recordBytes, recordBytes };
  }

  /**
   * Resolves when the record is on disk and applied. Rejects with a LostOwnershipError when another host has taken the hub
   * over, and with a JournalBrokenError after a failed write: then nothing is applied, and no later record will be.
   */
  async commit(record: JournalRecord): Promise<void> {
    return this.#commits.commit(record);
  }

  /** An instance with its history, from memory or from disk. Undefined when there is none (or it is an entity). */
  async load(id: string): Promise<Instance | undefined> {
    const known = this.#options.state.find(id);
    if (known?.kind === "orchestration") return known;
    if (known?.kind !== "archived") return undefined;
    if (this.#closing !== undefined) throw new JournalClosedError(this.#snapshot.file.path);
    const { file, extents } = this.#snapshot;
    return file.use(async () => readArchived({ file, extents }, id));
  }

  /** Takes no more records, commits those that wait, and closes the file. */
  async close(): Promise<void> {
    this.#closing ??= this.#stopAndClose();
    await this.#closing;
  }

  async #stopAndClose(): Promise<void> {
    await this.#commits.stop(new JournalClosedError(this.#snapshot.file.path));
    await this.#snapshot.file.retire();
  }

  async #write(lines: Uint8Array): Promise<void> {
    const { handle } = this.#snapshot.file;
    await writeAll(handle, lines, this.#snapshot.bytes + this.#recordBytes);
    await handle.datasync();
    this.#recordBytes += lines.length;
    this.#counts.groups++;
  }

  async #checkClaim(): Promise<void> {
    const { claim, folder } = this.#options;
    if (!(await claim.isHeld())) throw new LostOwnershipError(folder, claim.epoch);
  }

  #apply(record: JournalRecord): void {
    try {
      const changes = this.#options.state.apply(record);
      this.#counts.records++;
      this.#options.onApplied?.(changes, record);
    } catch (error) {
      throw this.#brokenBy(error);
    }
  }

  async #compactIfLong(): Promise<void> {
    const { state, claim } = this.#options;
    const old = this.#snapshot;
    if (!this.#isLong(old.bytes)) return;
    // From here to the next await nobody can see the one without the other: where instances are, and that they are there.
    this.#snapshot = await writeSnapshot({ path: old.file.path, epoch: claim.epoch, state, archive: old });
    moveOut(state, this.#snapshot);
    this.#recordBytes = 0;
    this.#counts.compactions++;
    await old.file.retire();
  }

  #isLong(snapshotBytes: number): boolean {
    const { compactAfterBytes = 8 * MEBIBYTE, compactBeforeBytes = 128 * MEBIBYTE } = this.#options;
    return this.#recordBytes > Math.max(compactAfterBytes, Math.min(snapshotBytes, compactBeforeBytes));
  }

  async #unlessBroken(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      throw this.#brokenBy(error);
    }
  }

  #brokenBy(error: unknown): Error {
    return error instanceof LostOwnershipError ? error : new JournalBrokenError(this.#snapshot.file.path, error);
  }
}

/** Instances that have ended stay on disk alone once a snapshot has them. */
function moveOut(state: HubState, { extents }: Snapshot): void {
  for (const id of extents.keys()) {
    const known = state.find(id);
    if (known?.kind === "orchestration" && isEnded(known.status)) state.restore(archivedForm(known));
  }
}
