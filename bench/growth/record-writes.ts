import type { App } from "../../src/app.ts";
import type { Beside, Row } from "../../src/platform/rows.ts";

/** A conditional write of a row, and of those beside it. */
export interface RecordedWrite {
  readonly row: Row;
  readonly etag: string;
  readonly beside: Beside;
}

/** Runs `work` with an app whose conditional writes of jobs are noted down and not carried out. */
export type RecordWrites = (work: (app: App) => Promise<unknown>) => Promise<RecordedWrite[]>;

/** @param app one of its own: its table is changed for good */
export function createWriteRecorder(app: App): RecordWrites {
  let writes: RecordedWrite[] = [];
  Object.assign(app.storage.jobs, {
    async save(row: Row, etag: string, beside: Beside = {}) {
      writes.push({ row, etag, beside });
      return "not written";
    },
  });
  return async (work) => {
    writes = [];
    await work({ ...app, dispatch: async () => undefined });
    return writes;
  };
}
