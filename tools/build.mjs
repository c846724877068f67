// Compiles the tree into dist/, after removing what was compiled from sources that are gone:
// the test runner and the Functions host load every file they find there.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { argv, execPath, exit } from "node:process";
import { fileURLToPath } from "node:url";

const dist = "dist";

/** Exits with the compiler's code when it finds fault. */
export function build() {
  if (existsSync(dist)) {
    for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
      const source = relative(dist, join(dist, file)).replace(/\.js(\.map)?$/, ".ts");
      if (source.endsWith(".ts") && !existsSync(source)) rmSync(join(dist, file));
    }
  }
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const { status } = spawnSync(execPath, [tsc], { stdio: "inherit" });
  if (status !== 0) exit(status ?? 1);
}

if (argv[1] === fileURLToPath(import.meta.url)) build();
