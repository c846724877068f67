import type { Audit, BlobChange, ClientEvent, Commit, ModelCall, Trouble } from "../history/history.ts";
import { toValues } from "../storage/tables/entity.ts";
import type { RowCommit, StoredEntity } from "../storage/wire.ts";
import type { Life, World } from "../world/world.ts";

/** What is written down while a scenario runs. */
export interface Record {
  readonly clients: ClientEvent[];
  readonly commits: Commit[];
  readonly blobs: BlobChange[];
  readonly modelCalls: ModelCall[];
  readonly troubles: Trouble[];
  readonly audits: Audit[];
  readonly surprises: string[];
  /** How often the product said each thing. */
  readonly said: Map<string, number>;
}

export function createRecord(): Record {
  return {
    clients: [],
    commits: [],
    blobs: [],
    modelCalls: [],
    troubles: [],
    audits: [],
    surprises: [],
    said: new Map(),
  };
}

export function commitOf(
  world: World,
  sender: Life | undefined,
  { table, transaction, before, after }: RowCommit,
): Commit {
  return { at: world.now, by: nameOf(sender), transaction, table, before: toRow(before), after: toRow(after) };
}

export function nameOf(life: Life | undefined): string {
  return life ? `${life.name}#${life.number}` : "";
}

function toRow(entity: StoredEntity | undefined): Commit["before"] {
  return entity && toValues(entity);
}

/** `job done {"job_id":…}` is `job done`. */
export function countSaid({ said }: Record, line: string): void {
  const event = line.split(" {")[0] ?? line;
  said.set(event, (said.get(event) ?? 0) + 1);
}
