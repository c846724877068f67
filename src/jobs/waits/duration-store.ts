import { hasCode } from "../../platform/errors.ts";
import { jsonColumns } from "../../platform/json-columns.ts";
import { partitionOfId, rowKeyOf } from "../../platform/partitions.ts";
import type { Row, RowKey, Table } from "../../platform/tables.ts";
import type { DoneJob, Job } from "../life/job.ts";
import { digest } from "../store/idempotency.ts";
import { NO_DURATIONS, addDurations, durationsOf, durationsSchema } from "./durations.ts";
import type { Durations } from "./durations.ts";

/** Which jobs are comparable: another version of a profile can be another kind of work. */
type JobKind = Pick<Job, "jobType" | "profileVersion">;

/**
 * How long recent jobs of each kind took, as all processes have seen it. Only estimates are made of it, so a sample may
 * be lost, and nothing here ever fails or waits on behalf of a job.
 */
export interface DurationStore {
  /** As they were some seconds ago; none when storage does not say. Never throws. */
  of(kind: JobKind): Promise<Durations>;
  /** Takes down how long a finished job took, `awayMs` of it in waiting. It is written later, together with others. */
  note(job: DoneJob, awayMs?: number): void;
  /** Writes what has been noted. Never throws: what cannot be written is forgotten. */
  flush(): Promise<void>;
}

export interface DurationStoreOptions {
  /** How long what was read is believed. */
  readonly freshMs?: number;
  /** How long what was noted waits for company. */
  readonly flushAfterMs?: number;
}

/** The estimates of a poll are this old at most; so many seconds of polling cost one read more. */
const FRESH_MS = 15_000;
/** Each kind costs a busy process two calls in this time, however many jobs it ends. */
const FLUSH_AFTER_MS = 10_000;
/** Of a write that others are in the way of; the jobs to come bring samples enough. */
const MAX_TRIES = 3;

export function createDurationStore(
  table: Table,
  { freshMs = FRESH_MS, flushAfterMs = FLUSH_AFTER_MS }: DurationStoreOptions = {},
): DurationStore {
  const known = new Map<string, { readonly until: number; readonly durations: Promise<Durations> }>();
  let noted = new Map<string, Noted>();
  let timer: NodeJS.Timeout | undefined;

  const believe = (rowKey: string, durations: Promise<Durations>) => {
    known.set(rowKey, { until: performance.now() + freshMs, durations });
    return durations;
  };
  const flush = async () => {
    clearTimeout(timer);
    timer = undefined;
    const all = [...noted.values()];
    noted = new Map();
    await Promise.all(
      all.map(async (samples) => {
        const written = await write(table, samples);
        if (written) void believe(samples.key.rowKey, Promise.resolve(written));
      }),
    );
  };
  return {
    async of(kind) {
      const key = keyOf(kind);
      const last = known.get(key.rowKey);
      if (last && performance.now() < last.until) return last.durations;
      // Without an answer there is no estimate for a while, which is better than asking again at every poll.
      const read = async () => (await readDurations(table, key)).durations;
      return believe(
        key.rowKey,
        read().catch(async () => last?.durations ?? NO_DURATIONS),
      );
    },
    note(job, awayMs) {
      const key = keyOf(job);
      const durations = addDurations(noted.get(key.rowKey)?.durations ?? NO_DURATIONS, durationsOf(job, awayMs));
      noted.set(key.rowKey, { key, durations });
      timer ??= setTimeout(() => void flush(), flushAfterMs).unref();
    },
    flush,
  };
}

interface Noted {
  readonly key: RowKey;
  readonly durations: Durations;
}

const COLUMNS = jsonColumns("waitsMs", "worksMs");

/** What is stored now; nothing, when it could not be written. */
async function write(table: Table, { key, durations: newer }: Noted): Promise<Durations | undefined> {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    try {
      const { durations, etag } = await readDurations(table, key);
      const merged = addDurations(durations, newer);
      const row = { ...key, ...COLUMNS.encode(merged) };
      await (etag === undefined ? table.create(row) : table.save(row, etag));
      return merged;
    } catch (thrown) {
      // Somebody else wrote meanwhile: read again. Whatever else it is, samples are not worth a second thought.
      if (!hasCode(thrown, "VERSION_CONFLICT")) return undefined;
    }
  }
  return undefined;
}

async function readDurations(
  table: Table,
  key: RowKey,
): Promise<{ readonly durations: Durations; readonly etag?: string }> {
  const stored = await table.get(key);
  return stored ? { durations: fromRow(stored.row), etag: stored.etag } : { durations: NO_DURATIONS };
}

/** What cannot be read is as good as nothing, and is written over. */
function fromRow(row: Row): Durations {
  return durationsSchema.safeParse(COLUMNS.decode(row)).data ?? NO_DURATIONS;
}

function keyOf({ jobType, profileVersion }: JobKind): RowKey {
  return {
    partitionKey: partitionOfId(digest(jobType)),
    rowKey: rowKeyOf("durations", jobType, String(profileVersion)),
  };
}
