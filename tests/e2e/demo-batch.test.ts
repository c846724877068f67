import { afterEach, describe, expect, it } from "@jest/globals";
import { run, stopPrograms } from "../local/dev/runtime-process.ts";

afterEach(stopPrograms);

describe("npm run demo -- --batch", () => {
  it("takes Millrace itself through its job types and a batch of 12, and ends with 0", async () => {
    const program = run("demo", ["--batch", "--app", process.cwd()]);
    expect(await program.ended).toBe(0);
    const output = program.output();
    expect(output).toMatch(
      /"title": "Filesystem Hierarchy Standard",\n {2}"version": 3,\n {2}"published": "2015-03-19"/,
    );
    expect(output).toMatch(/\n {2}Publish the report ".*"\?\n {2}\| # The document in short\n {2}\|\n {2}\| \w/);
    expect(output).toMatch(/"artifact": "report\.md"/);
    expect(output).toMatch(/"approved_by": \[\n {4}"demo"\n/);
    expect(output).toMatch(/\n {2}finally {7}completed {3}12 completed\n/);
    for (const shown of ["overview", "facts", "root-facts", "finally"]) expect(output).toContain(`\n\n${shown}\n`);
  }, 180_000);
});
