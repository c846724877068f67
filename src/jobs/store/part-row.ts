import { InvariantError } from "../../platform/errors.ts";
import { newestFirst } from "../../platform/ids.ts";
import { jsonColumns } from "../../platform/json-columns.ts";
import { partsOfRowKey, rowKeyOf, rowKeysUnder } from "../../platform/partitions.ts";
import type { Row, RowKey } from "../../platform/tables.ts";
import type { Job, Usage } from "../life/job.ts";
import { partitionOf } from "./job-row.ts";
import { partSchema } from "./part.ts";
import type { Part } from "./part.ts";

export const PART_KIND = "part";

/** The map of one operation whose parts are meant; with the version of the profile, since another's steps may differ. */
export interface MapRef extends Pick<Job, "workspaceId" | "jobId" | "operationId" | "profileVersion"> {
  /** The step's place among the steps. */
  readonly place: number;
}

const COLUMNS = jsonColumns("item", "output", "artifacts", "usage", "error");

export function partKey(map: MapRef, index: number): RowKey {
  return { partitionKey: partitionOf(map), rowKey: rowKeyOf(...keyParts(map), digits(index)) };
}

/** Between which row keys the parts of a map stand, behind that of this index. */
export function partKeys(map: MapRef, behind = -1): { readonly after: string; readonly before: string } {
  const { after, before } = rowKeysUnder(...keyParts(map));
  return { after: behind < 0 ? after : partKey(map, behind).rowKey, before };
}

/** Between which row keys all parts of an operation stand. */
export function partKeysOf({ workspaceId, jobId, operationId }: Pick<Job, "workspaceId" | "jobId" | "operationId">): {
  readonly after: string;
  readonly before: string;
} {
  return rowKeysUnder(PART_KIND, workspaceId, newestFirst(jobId), operationId);
}

/** The operation that the key of a part names. */
export function operationOfPartRow({ rowKey }: RowKey): Pick<Job, "workspaceId" | "jobId" | "operationId"> {
  const [, workspaceId = "", digits = "", operationId = ""] = partsOfRowKey(rowKey);
  return { workspaceId, jobId: `job_${newestFirst(digits)}`, operationId };
}

function keyParts({ workspaceId, jobId, operationId, profileVersion, place }: MapRef): string[] {
  return [PART_KIND, workspaceId, newestFirst(jobId), operationId, `${profileVersion}-${place}`];
}

/** As many as `MAX_PARTS` has, so that keys sort as numbers do. */
function digits(index: number): string {
  return String(index).padStart(5, "0");
}

export function toPartRow(map: MapRef, part: Part): Row {
  return { ...partKey(map, part.index), ...COLUMNS.encode(part) };
}

/** What its part adds to the tally of a map, of a row that has these two columns. */
export function talliedPart(row: Row): { readonly done: number; readonly usage: Usage | undefined } {
  const { status, usage } = talliedSchema.parse(COLUMNS.decode(row));
  return { done: status === "done" ? 1 : 0, usage };
}

const talliedSchema = partSchema.pick({ status: true, usage: true });

/** @throws InvariantError when the row is not a part */
export function readPartRow(row: Row): Part {
  const parsed = partSchema.safeParse(COLUMNS.decode(row));
  if (parsed.success) return parsed.data;
  throw new InvariantError("f80c62d1", `Cannot read row "${row.rowKey}" as a part`);
}
