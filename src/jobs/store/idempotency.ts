import { createHash } from "node:crypto";
import { MillraceError } from "../../platform/errors.ts";
import { withLastDigit } from "../../platform/ids.ts";
import { partitionOfId, partsOfRowKey, rowKeyOf } from "../../platform/partitions.ts";
import type { Row, RowKey, Table } from "../../platform/tables.ts";

/** What a request says of the key that it names. */
export interface IdempotencyKey {
  readonly workspaceId: string;
  /** Digest of the client's key: a key can hold anything, a row key cannot. */
  readonly keyDigest: string;
  /** Digest of the request: another request under the same key is a mistake of the client's. */
  readonly fingerprint: string;
}

/** What a client's idempotency key stands for: what it made, and of which request. */
export type KeyRecord<Id extends string> = IdempotencyKey & Readonly<Record<Id, string>>;

/** The key of a request; nothing, when it names none. What differs between repetitions of one request is not in it. */
export function idempotencyKeyOfRequest(command: {
  readonly workspaceId: string;
  readonly idempotencyKey?: string | undefined;
  readonly traceparent: string;
  readonly submittedBy?: string | undefined;
}): IdempotencyKey | undefined {
  const { idempotencyKey, traceparent: _perRequest, submittedBy: _sender, workspaceId, ...request } = command;
  if (idempotencyKey === undefined) return undefined;
  return { workspaceId, keyDigest: digest(idempotencyKey), fingerprint: digest(canonicalJson(request)) };
}

interface KeyedStore<Found extends IdempotencyKey, Stored> {
  findByKey(key: IdempotencyKey): Promise<Found | undefined>;
  get(record: NoInfer<Found>): Promise<Stored | undefined>;
}

/**
 * What the same request has made before. Nothing, when its key was not used, nor when what it made has gone in this
 * moment, and its key with it.
 *
 * @throws MillraceError IDEMPOTENCY_MISMATCH, STORAGE_UNAVAILABLE
 */
export async function findEarlier<Found extends IdempotencyKey, Stored>(
  store: KeyedStore<Found, Stored>,
  key: IdempotencyKey,
): Promise<Stored | undefined> {
  const record = await store.findByKey(key);
  if (!record) return undefined;
  if (record.fingerprint !== key.fingerprint)
    throw new MillraceError("IDEMPOTENCY_MISMATCH", "This Idempotency-Key was used for a request with another body");
  return store.get(record);
}

/** @param text a client's key, or the canonical text of a request */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The same text for the same value, whatever the order its fields were sent in. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/**
 * The same id, moved into the partition that the key's record will be looked for in: what the key makes and its record
 * must share one, to be written in one transaction.
 */
export function placeBesideKey(id: string, keyDigest: string): string {
  return withLastDigit(id, Number.parseInt(keyDigest.slice(0, 2), 16) % 32);
}

/** The rows of what keys stand for, each in the partition of what the key has made. */
export interface KeyRows<Id extends string> {
  /** What their row keys begin with. */
  readonly kind: string;
  /** The record under this key, if the workspace has used the key before. */
  find(table: Table, key: Omit<IdempotencyKey, "fingerprint">): Promise<KeyRecord<Id> | undefined>;
  toRow(record: KeyRecord<Id>): Row;
  rowKey(record: Omit<KeyRecord<Id>, "fingerprint">): RowKey;
  /** What the row of a key names. */
  madeBy(row: Row): { readonly workspaceId: string } & Readonly<Record<Id, string>>;
}

/** @param id the column that names what the key has made */
export function createKeyRows<Id extends string>(kind: string, id: Id): KeyRows<Id> {
  const rowKeyIn = (partitionKey: string, { workspaceId, keyDigest }: Omit<IdempotencyKey, "fingerprint">) => ({
    partitionKey,
    rowKey: rowKeyOf(kind, workspaceId, keyDigest),
  });
  const rowKey: KeyRows<Id>["rowKey"] = (record) => rowKeyIn(partitionOfId((record as KeyRecord<Id>)[id]), record);
  return {
    kind,
    rowKey,
    async find(table, { workspaceId, keyDigest }) {
      const partition = partitionOfId(placeBesideKey("0", keyDigest));
      const stored = await table.get(rowKeyIn(partition, { workspaceId, keyDigest }));
      if (!stored) return undefined;
      const { [id]: made, fingerprint } = stored.row;
      return { workspaceId, keyDigest, fingerprint, [id]: made } as KeyRecord<Id>;
    },
    toRow: (record) => ({ ...rowKey(record), [id]: record[id], fingerprint: record.fingerprint }),
    madeBy(row) {
      const [, workspaceId = ""] = partsOfRowKey(row.rowKey);
      return { workspaceId, [id]: String(row[id]) } as ReturnType<KeyRows<Id>["madeBy"]>;
    },
  };
}

/** The keys of jobs. */
export const JOB_KEYS = createKeyRows("key", "jobId");
export type JobKeyRecord = KeyRecord<"jobId">;
