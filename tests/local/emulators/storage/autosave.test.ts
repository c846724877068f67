import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { pauseAfter } from "../../../../local/emulators/storage/autosave.ts";

describe("saveSoon()", () => {
  it("closes a database only after the save that is under way has ended", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "millrace-autosave-")), "db.json");
    const module = fileURLToPath(new URL("children/closing-database.js", import.meta.url));
    const child = spawn(process.execPath, [module, path], { stdio: ["ignore", "inherit", "inherit"] });
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(readFileSync(path, "utf8")).toContain("remember me");
  });
});

describe("pauseAfter()", () => {
  it("saves every 200 ms while saving is quick", () => {
    expect(pauseAfter(3)).toBe(200);
  });

  it("leaves nine tenths of the time to other work when saving is slow", () => {
    expect(pauseAfter(500)).toBeCloseTo(4_500);
  });
});
