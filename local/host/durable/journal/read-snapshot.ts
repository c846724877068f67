import type { HubState } from "../state/hub-state.ts";
import { isEnded } from "../state/instance.ts";
import { archivedForm, headFromJson } from "./addressee-lines.ts";
import { FORMAT } from "./format.ts";
import type { Extent, Extents } from "./format.ts";
import { JournalFormatError } from "./journal-errors.ts";
import type { LineReader } from "./line-reader.ts";
import { readParts } from "./read-addressee.ts";

/** Reads a journal up to the end of its snapshot into an empty state. Of instances that have ended, the first line only. */
export async function readSnapshot(lines: LineReader, state: HubState): Promise<Extents> {
  const extents = new Map<string, Extent>();
  checkHeader(lines, await lines.nextJson());
  for (let count = 0; ; count++) {
    const { offset } = lines;
    const json = await lines.nextJson();
    const head = headFromJson(json);
    if (head === undefined) {
      checkEnd(lines, json, count);
      return extents;
    }
    if (head.kind === "orchestration" && isEnded(head.status)) {
      await skipParts(lines, head.parts);
      extents.set(head.id, { offset, bytes: lines.offset - offset });
      state.restore(archivedForm(head));
    } else {
      state.restore(await readParts(lines, head));
    }
  }
}

function checkHeader(lines: LineReader, json: object): void {
  if (!("format" in json)) throw lines.damage("it is not the first line of a journal");
  if (json.format === FORMAT) return;
  throw new JournalFormatError(lines.file.path, json.format, FORMAT);
}

function checkEnd(lines: LineReader, json: object, count: number): void {
  if (!("kind" in json) || json.kind !== "end" || !("count" in json))
    throw lines.damage("it is neither an instance nor the end of the snapshot");
  if (json.count !== count)
    throw lines.damage(`it counts ${JSON.stringify(json.count)} instances and entities, and ${count} come before it`);
}

async function skipParts(lines: LineReader, parts: number): Promise<void> {
  for (let part = 0; part < parts; part++) {
    const line = await lines.next();
    if (line?.isWhole !== true) throw lines.damage("it ends too early");
  }
}
