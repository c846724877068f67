import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RecordedHistory } from "./hub-histories.ts";

/** Writes histories down for later versions to be tried against, a file each, with ids that say nothing. */
export async function keepHistories(
  folder: string,
  histories: Readonly<Record<string, RecordedHistory | undefined>>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = new Map<string, string>();
  for (const [file, history] of Object.entries(histories)) {
    const text = JSON.stringify(history, null, 1).replaceAll(ID, (id) => {
      names.set(id, names.get(id) ?? `${id.split("_")[0] ?? ""}_${String(names.size).padStart(4, "0")}`);
      return names.get(id) ?? id;
    });
    await writeFile(join(folder, `${file}.json`), `${text}\n`);
  }
}

/** Of a job or operation; a claim's token; what the host makes for executions. */
const ID = /(?:job|op)_[0-9a-hjkmnp-tv-z]{26,}|(?<=claimId\\":\\")[0-9a-z]{26}|\b[0-9a-f]{32}\b/g;
