import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { ModuleSystem } from "./module-systems.ts";

/** Builds a sample app once for all suites of a run, whichever comes first. Returns its folder. */
export async function builtApp(app: string, moduleSystem: ModuleSystem): Promise<string> {
  const folder = join(tmpdir(), `conformance-${app}-${moduleSystem}`);
  if (existsSync(folder)) return folder;
  const own = await mkdtemp(join(tmpdir(), "conformance-build-"));
  const builder = resolve("dist/tests/conformance/build-app.js");
  await promisify(execFile)(process.execPath, [builder, app, moduleSystem, own]);
  try {
    await rename(own, folder);
  } catch {
    await rm(own, { recursive: true, force: true }); // another suite was faster, and its build is the same
  }
  return folder;
}
