import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readJsonObject } from "../../config/json-file.ts";

/** What a monitored timer remembers between runs of the host. */
export interface TimerStatus {
  /** When it last fired; undefined when it never did. */
  readonly last: Date | undefined;
  readonly next: Date;
  readonly lastUpdated: Date;
}

/** Where statuses are kept. In Azure it is a blob; here a file a function. */
export interface TimerStatusStore {
  /** Rejects when there is something else in its place. */
  load(functionName: string): Promise<TimerStatus | undefined>;
  save(functionName: string, status: TimerStatus): Promise<void>;
}

/** Keeps statuses in `timers/<function>.json` of a folder. A file is replaced as a whole, so that a crash leaves a whole one. */
export function createFileStatusStore(stateFolder: string): TimerStatusStore {
  const folder = join(stateFolder, "timers");
  const pathOf = (functionName: string) => join(folder, `${functionName}.json`);
  return {
    async load(functionName) {
      const path = pathOf(functionName);
      const content = await readJsonObject(path);
      if (!content) return undefined;
      const date = (key: string) => parseDate(content[key], `${path}: ${key}`);
      const last = content["Last"] === null ? undefined : date("Last");
      return { last, next: date("Next"), lastUpdated: date("LastUpdated") };
    },
    async save(functionName, { last, next, lastUpdated }) {
      const path = pathOf(functionName);
      await mkdir(folder, { recursive: true });
      await writeFile(`${path}.new`, JSON.stringify({ Last: last ?? null, Next: next, LastUpdated: lastUpdated }));
      await rename(`${path}.new`, path);
    },
  };
}

function parseDate(value: unknown, what: string): Date {
  const date = new Date(typeof value === "string" ? value : Number.NaN);
  if (Number.isNaN(date.getTime()))
    throw new Error(`Cannot read ${what}: it must be a date, found ${JSON.stringify(value)}`);
  return date;
}
