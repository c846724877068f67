import { z } from "zod";
import { jobIdSchema } from "../../contract/ids.ts";
import { InvariantError } from "../../platform/errors.ts";
import { partitionOfDigest, partsOfRowKey, rowKeyOf, rowKeysUnder } from "../../platform/partitions.ts";
import { odata } from "../../platform/tables.ts";
import type { Row, RowKey, Table } from "../../platform/tables.ts";
import { digest } from "../store/idempotency.ts";
import type { Line, Ticket } from "./line.ts";

/** What names a line. A client's key can hold anything, a row key cannot: so it goes by its digest. */
export interface LineRef {
  readonly workspaceId: string;
  readonly keyDigest: string;
}

export interface StoredLine {
  readonly line: Line;
  readonly etag: string;
}

export interface StoredTicket {
  readonly ticket: Ticket;
  readonly etag: string;
}

/** The lines, each with its tickets in one partition. All throw MillraceError STORAGE_UNAVAILABLE. */
export interface LineStore {
  get(ref: LineRef): Promise<StoredLine | undefined>;
  /** The first ticket behind this place. */
  nextTicket(ref: LineRef, place: number): Promise<StoredTicket | undefined>;
  getTicket(ref: LineRef, place: number): Promise<StoredTicket | undefined>;
  /** A new line with its first ticket. @throws VERSION_CONFLICT if either exists */
  open(ref: LineRef, line: Line, ticket: Ticket): Promise<StoredTicket>;
  /** One more ticket. @throws VERSION_CONFLICT if somebody has this place */
  add(ref: LineRef, ticket: Ticket): Promise<StoredTicket>;
  /** The next place of a line that gives them out. @throws VERSION_CONFLICT if somebody was faster */
  issue(ref: LineRef, stored: StoredLine, ticket: Ticket): Promise<StoredTicket>;
  /** @throws VERSION_CONFLICT if somebody changed it */
  replaceTicket(ref: LineRef, ticket: Ticket, etag: string): Promise<StoredTicket>;
  /** Deletes it; calm if it is gone. @throws VERSION_CONFLICT if somebody changed it */
  dropTicket(ref: LineRef, stored: StoredTicket): Promise<void>;
  /** The line moves on behind this ticket, which goes. @throws VERSION_CONFLICT if somebody moved it */
  pass(ref: LineRef, stored: StoredLine, place: number): Promise<StoredLine>;
}

export function lineRefOf({ workspaceId, key }: { readonly workspaceId: string; readonly key: string }): LineRef {
  return { workspaceId, keyDigest: digest(key) };
}

const KIND = "seq";

export function createLineStore(table: Table): LineStore {
  return {
    async get(ref) {
      const stored = await table.get(lineKey(ref));
      return stored && { line: readLine(stored.row), etag: stored.etag };
    },
    async nextTicket(ref, place) {
      const { before } = rowKeysUnder(KIND, ref.workspaceId, ref.keyDigest);
      const { partitionKey, rowKey } = ticketKey(ref, place);
      const filter = odata`PartitionKey eq ${partitionKey} and RowKey gt ${rowKey} and RowKey lt ${before}`;
      const [stored] = await table.list({ filter, limit: 1 });
      return stored && { ticket: readTicket(stored.row), etag: stored.etag };
    },
    async getTicket(ref, place) {
      const stored = await table.get(ticketKey(ref, place));
      return stored && { ticket: readTicket(stored.row), etag: stored.etag };
    },
    async open(ref, line, ticket) {
      const etag = await table.create(toTicketRow(ref, ticket), toLineRow(ref, line));
      return { ticket, etag };
    },
    add: async (ref, ticket) => ({ ticket, etag: await table.create(toTicketRow(ref, ticket)) }),
    async issue(ref, { line, etag }, ticket) {
      await table.save(toLineRow(ref, { ...line, issued: ticket.place }), etag, { put: [toTicketRow(ref, ticket)] });
      return { ticket, etag: "*" }; // A place that was given out has one owner.
    },
    replaceTicket: async (ref, ticket, etag) => ({ ticket, etag: await table.save(toTicketRow(ref, ticket), etag) }),
    dropTicket: async (ref, { ticket, etag }) => table.delete(ticketKey(ref, ticket.place), etag),
    async pass(ref, { line, etag }, place) {
      const moved = { ...line, passed: place };
      const remove = [ticketKey(ref, place)];
      return { line: moved, etag: await table.save(toLineRow(ref, moved), etag, { remove }) };
    },
  };
}

function lineKey({ workspaceId, keyDigest }: LineRef): RowKey {
  return { partitionKey: partitionOfDigest(keyDigest), rowKey: rowKeyOf(KIND, workspaceId, keyDigest) };
}

/** As many as the largest whole number that JSON carries safely: 9,007,199,254,740,991. */
const PLACE_DIGITS = 16;

function ticketKey({ workspaceId, keyDigest }: LineRef, place: number): RowKey {
  const digits = String(place).padStart(PLACE_DIGITS, "0");
  return { partitionKey: partitionOfDigest(keyDigest), rowKey: rowKeyOf(KIND, workspaceId, keyDigest, digits) };
}

function toTicketRow(ref: LineRef, ticket: Ticket): Row {
  const { jobId, takenAt, idempotencyKey, ended } = ticket;
  return { ...ticketKey(ref, ticket.place), jobId, takenAt, idempotencyKey, ended };
}

/** Places as text: the SDK sends a number without its type, and what Table Storage takes for an Edm.Int32 has no room for all. */
function toLineRow(ref: LineRef, { numbered, issued, passed }: Line): Row {
  return { ...lineKey(ref), numbered, issued: String(issued), passed: String(passed) };
}

const placeSchema = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number);
const lineSchema = z.object({ numbered: z.boolean(), issued: placeSchema, passed: placeSchema });

function readLine(row: Row): Line {
  const parsed = lineSchema.safeParse(row);
  if (parsed.success) return parsed.data;
  throw new InvariantError("d60c31fa", `Cannot read row "${row.rowKey}" as the line of a sequence`);
}

const ticketSchema = z.object({
  jobId: jobIdSchema,
  takenAt: z.date(),
  idempotencyKey: z.string().optional(),
  ended: z.boolean(),
});

function readTicket(row: Row): Ticket {
  const [, workspaceId = "", , digits] = partsOfRowKey(row.rowKey);
  const parsed = ticketSchema.safeParse(row);
  if (parsed.success) return { ...parsed.data, workspaceId, place: Number(digits) };
  throw new InvariantError("70b5e2c8", `Cannot read row "${row.rowKey}" as a ticket of a sequence`);
}
