import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { HubState } from "../state/hub-state.ts";
import { isEnded } from "../state/instance.ts";
import type { ArchivedInstance } from "../state/instance.ts";
import { addresseeLines } from "./addressee-lines.ts";
import { FORMAT } from "./format.ts";
import type { Archive, Extent } from "./format.ts";
import { syncFolder } from "./journal-files.ts";
import { SharedFile } from "./open-file.ts";
import type { OpenFile } from "./open-file.ts";
import { SnapshotWriter } from "./snapshot-writer.ts";

export interface Snapshot extends Archive {
  /** Open for reading and for appending records. */
  readonly file: SharedFile;
  readonly bytes: number;
}

interface SnapshotOptions {
  readonly path: string;
  readonly epoch: number;
  readonly state: HubState;
  readonly archive: Archive | undefined;
}

/**
 * Writes all of a state to a file of its own, which has its name only when it is whole and on disk. The state must not
 * change meanwhile.
 */
export async function writeSnapshot(options: SnapshotOptions): Promise<Snapshot> {
  const { path } = options;
  const temporaryPath = `${path}.tmp`;
  const handle = await open(temporaryPath, "w+");
  try {
    const written = await writeState({ path: temporaryPath, handle }, options);
    await handle.sync();
    await rename(temporaryPath, path);
    await syncFolder(dirname(path));
    return { file: new SharedFile({ path, handle }), ...written };
  } catch (error) {
    await handle.close();
    await rm(temporaryPath, { force: true });
    throw error;
  }
}

async function writeState(file: OpenFile, { epoch, state, archive }: SnapshotOptions): Promise<Omit<Snapshot, "file">> {
  const writer = new SnapshotWriter(file, archive?.file);
  const extents = new Map<string, Extent>();
  let count = 0;
  await writer.line(JSON.stringify({ format: FORMAT, epoch }));
  for (const known of state.all()) {
    count++;
    const offset = writer.position;
    if (known.kind === "archived") await writer.copy(extentOf(known, archive));
    else for (const line of addresseeLines(known)) await writer.line(line);
    if (known.kind !== "entity" && isEnded(known.status))
      extents.set(known.id, { offset, bytes: writer.position - offset });
  }
  await writer.line(JSON.stringify({ kind: "end", count }));
  await writer.flush();
  return { extents, bytes: writer.position };
}

function extentOf({ id }: ArchivedInstance, archive: Archive | undefined): Extent {
  const extent = archive?.extents.get(id);
  if (extent === undefined)
    throw new Error(`Cannot find the instance "${id}": it has been moved out, but not to this journal`);
  return extent;
}
