/**
 * A journal is a header, a snapshot (the lines of each instance and entity in the order of creation, then one that counts
 * them), and records. Everything up to the count was on disk before the file got its name; only records may be torn.
 */
import type { OpenFile } from "./open-file.ts";

export const FORMAT = 2;

/** Where the lines of an instance that has ended are in the file. */
export interface Extent {
  readonly offset: number;
  readonly bytes: number;
}

/** Where they are of all that have been moved out, by instance id. */
export type Extents = ReadonlyMap<string, Extent>;

/** The file they are in, and where. */
export interface Archive {
  readonly file: OpenFile;
  readonly extents: Extents;
}
