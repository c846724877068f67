import { messageOf } from "../../logging/describe-error.ts";
import type { HubState } from "../state/hub-state.ts";
import { parseLine } from "./line-reader.ts";
import type { Line, LineReader } from "./line-reader.ts";
import { recordFromJson } from "./record-line.ts";

/** The end of a file that was cut short while it was being written. None of it had been acknowledged. */
export interface TornTail {
  /** The number of the line it begins at. */
  readonly line: number;
  readonly bytes: number;
}

export interface ReadRecords {
  readonly records: number;
  readonly tornTail: TornTail | undefined;
}

/**
 * Folds the records that follow a snapshot. A broken line is the torn tail when nothing whole comes after it; else the
 * file is damaged, and this throws.
 */
export async function readRecords(lines: LineReader, state: HubState): Promise<ReadRecords> {
  for (let records = 0; ; records++) {
    const line = await lines.next();
    if (line === undefined) return { records, tornTail: undefined };
    const json = line.isWhole ? parseLine(line) : undefined;
    if (json === undefined) return { records, tornTail: await readTornTail(lines, line) };
    try {
      state.apply(recordFromJson(json));
    } catch (error) {
      throw lines.damage(`its record cannot be applied (${messageOf(error)})`);
    }
  }
}

async function readTornTail(lines: LineReader, broken: Line): Promise<TornTail> {
  const damage = lines.damage("it is damaged, and whole lines follow it");
  const line = lines.lineNumber;
  for (;;) {
    const next = await lines.next();
    if (next === undefined) return { line, bytes: lines.offset - broken.offset };
    if (next.isWhole && parseLine(next) !== undefined) throw damage;
  }
}
