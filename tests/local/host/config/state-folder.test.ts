import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { prepareStateFolder } from "../../../../local/host/config/state-folder.ts";

describe("prepareStateFolder()", () => {
  let app: string;
  beforeEach(() => {
    app = mkdtempSync(join(tmpdir(), "state-folder-"));
  });
  afterEach(() => {
    rmSync(app, { recursive: true });
  });

  it("makes a folder that git ignores as a whole", async () => {
    await prepareStateFolder(join(app, ".functions"));
    expect(readFileSync(join(app, ".functions", ".gitignore"), "utf8")).toBe("*\n");
  });

  it("leaves a folder that is there as it is", async () => {
    await prepareStateFolder(app);
    expect(existsSync(join(app, ".gitignore"))).toBe(false);
  });

  it("does not mind a folder that cannot be made", async () => {
    writeFileSync(join(app, "file"), "");
    await expect(prepareStateFolder(join(app, "file", "state"))).resolves.toBeUndefined();
  });
});
