import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Makes the folder for what the host keeps, and has git ignore it: it lies in the app's folder by default, and holds keys.
 * A folder that is there stays as it is. One that cannot be made is no problem yet: whoever needs it says so.
 */
export async function prepareStateFolder(folder: string): Promise<void> {
  try {
    if ((await mkdir(folder, { recursive: true })) !== undefined) await writeFile(join(folder, ".gitignore"), "*\n");
  } catch {
    // a read-only app may be served all the same
  }
}
