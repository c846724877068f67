import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { findOnPath } from "../../../local/dev/find-on-path.ts";
import { aFolder } from "./runtime-process.ts";

function aCommand(mode: number): string {
  const folder = aFolder();
  writeFileSync(join(folder, "func"), "#!/bin/sh\n");
  chmodSync(join(folder, "func"), mode);
  return folder;
}

describe("findOnPath()", () => {
  it("finds the first command of that name that can be run", () => {
    const [empty, locked, right, later] = [aFolder(), aCommand(0o644), aCommand(0o755), aCommand(0o755)];
    const PATH = [empty, locked, "", right, later].join(delimiter);
    expect(findOnPath("func", { PATH })).toBe(join(right, "func"));
  });

  it("finds nothing where there is nothing", () => {
    expect(findOnPath("func", { PATH: aFolder() })).toBeUndefined();
    expect(findOnPath("func", {})).toBeUndefined();
  });
});
