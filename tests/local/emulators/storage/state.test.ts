import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { openDataFolder } from "../../../../local/emulators/storage/state.ts";

describe("openDataFolder()", () => {
  it("removes what is stored when fresh, and nothing that a rival is claiming the folder with", async () => {
    const folder = mkdtempSync(join(tmpdir(), "millrace-state-"));
    mkdirSync(join(folder, "blobs"));
    for (const name of ["db.json", "in-use-by.json.4121"]) writeFileSync(join(folder, name), "{}");
    const lock = await openDataFolder({ folder, fresh: true });
    expect(readdirSync(folder).sort()).toEqual(["in-use-by.json", "in-use-by.json.4121"]);
    lock.release();
  });
});
