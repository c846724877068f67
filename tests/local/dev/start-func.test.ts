import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { waitUntilGone } from "../process/wait-until.ts";
import { aFolder, listDescendants, run, stopPrograms } from "./runtime-process.ts";

afterEach(stopPrograms);

/** A stand-in for Core Tools: notes how it was called, and then runs until it is told to end, or does what the line says. */
function installFunc(lastLine: string): { path: string; note: string } {
  const folder = aFolder();
  const note = join(folder, "note");
  const script = `#!/bin/sh\necho "$@" > ${note}\necho "$AzureWebJobsStorage $MODEL" >> ${note}\necho func is up\n${lastLine}\n`;
  writeFileSync(join(folder, "func"), script);
  chmodSync(join(folder, "func"), 0o755);
  return { path: `${folder}:${dirname(process.execPath)}:/usr/bin:/bin`, note };
}

describe("npm run start:func", () => {
  it("says how to install Core Tools where there are none, and ends with 1", async () => {
    const program = run("start-func", [], { PATH: aFolder() });
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain("npm install --global azure-functions-core-tools@4");
  });

  it("runs func start with the emulators' addresses, and stops them after it", async () => {
    const { path, note } = installFunc("exec sleep 60");
    const program = run("start-func", ["--verbose"], { PATH: path });
    await program.says("func is up");
    const [args, env] = readFileSync(note, "utf8").split("\n");
    expect(args).toBe("start --verbose");
    expect(env).toMatch(/BlobEndpoint=http:\/\/127\.0\.0\.1:\d+.* millrace-extractive-1$/);
    const pids = listDescendants(program.process.pid);
    expect(pids.length).toBeGreaterThanOrEqual(3);
    program.process.kill("SIGTERM");
    expect(await program.ended).toBe(0);
    await Promise.all(pids.map(waitUntilGone));
  });

  it("ends with func's exit code", async () => {
    const program = run("start-func", [], { PATH: installFunc("exit 3").path });
    expect(await program.ended).toBe(3);
  });
});
