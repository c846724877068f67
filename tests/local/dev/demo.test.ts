import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { waitUntilGone } from "../process/wait-until.ts";
import { APP, listDescendants, run, stopPrograms } from "./runtime-process.ts";

afterEach(stopPrograms);

describe("npm run demo", () => {
  it("summarises the sample, shows progress, summary, usage and where the job is, and ends with 0", async () => {
    const program = run("demo", ["--app", APP, "--style", "paragraph", "--words", "10"]);
    expect(await program.ended).toBe(0);
    const output = program.output();
    expect(output).toMatch(/Uploading fhs-3\.0\.pdf \(244 KiB\)…\n/);
    expect(output).toContain("\nThe document has 248943 bytes in it.\n");
    expect(output).toMatch(
      /\n50 pages, 7 words of summary; millrace-extractive-1, \d+ tokens in, \d+ out, \$0\.0000\n/,
    );
    expect(output).toMatch(/\nJob (job_\S+)\nhttp:\/\/\S+\/api\/jobs\/\1\n\nThis runtime ends with the demo; .*\n$/);
  });

  it("shows why the job failed, and ends with 1", async () => {
    const program = run("demo", ["--app", APP, "--file", join(process.cwd(), "samples", "mill.png")]);
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain("The job failed.\n\n  NOT_A_PDF: The file is not a PDF");
  });

  it("with --batch shows several job types, then a batch as its items are released, and ends with 0", async () => {
    const program = run("demo", ["--app", APP, "--batch"]);
    expect(await program.ended).toBe(0);
    const output = program.output();
    expect(output).toMatch(/\nextract-fields: .*\n[^]*\nsummarize-pdf: .*\n[^]*\nreport: .*\n/);
    expect(output).toMatch(
      /\n {2}Publish this report\?\n {2}\| Millstones wear\.\n\n {2}The demo approves\.\n\n[^]*\nPublished: approve\n/,
    );
    expect(output).toMatch(/\n {2}appendix {6}released {4}7 accepted, 5 blocked\n[^]*\n {2}facts {9}completed\n/);
    expect(output).toMatch(/\nBatch (batch_\S+) completed\nhttp:\/\/\S+\/api\/batches\/\1\n/);
  });

  it("ends with 1 when an item of the batch fails, and says why", async () => {
    const program = run("demo", ["--app", APP, "--batch"], { FIXTURE_BATCH_FAILS: "yes" });
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(
      /\n {2}root {10}failed {2}OUT_OF_INK: There is no ink\n[^]*\n {2}overview {6}skipped\n/,
    );
  });

  it("says so when the file does not exist, before anything is started", async () => {
    const program = run("demo", ["--app", APP, "--file", "no-such.pdf"]);
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(/^Cannot read ".*no-such\.pdf": there is no such file\n$/);
  });

  it("says that the host has died where it has, rather than that a request failed", async () => {
    const program = run("demo", ["--app", APP], { FIXTURE_CRASHES: "yes" });
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain("\nFunctions host ended unexpectedly with exit code 7\n");
  });

  it("ends at Ctrl-C, leaving nothing running", async () => {
    const program = run("demo", ["--app", APP]);
    await program.says("Uploading");
    const pids = listDescendants(program.process.pid);
    program.process.kill("SIGINT");
    expect(await program.ended).toBe(130);
    await Promise.all(pids.map(waitUntilGone));
  });

  it("ends at Ctrl-C while it is still starting", async () => {
    const program = run("demo", ["--app", APP]);
    await program.says("Starting");
    program.process.kill("SIGINT");
    expect(await program.ended).toBe(130);
    expect(listDescendants(program.process.pid)).toEqual([]);
  });
});
