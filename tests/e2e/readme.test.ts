import { describe, expect, it } from "@jest/globals";
import { sh, shellBlocks, usePageSite } from "../support/documented-commands.ts";

/** The commands of the README's block of curl calls, in order; a `\` at a line's end goes on with the next. */
function curlCommands(): string[] {
  const block = shellBlocks("README.md").find((candidate) => candidate.startsWith("curl")) ?? "";
  return block
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line.startsWith("curl"));
}

describe("README.md", () => {
  const site = usePageSite();

  it("has curl calls that work as they stand, one after the other (R-323)", async () => {
    const known: Record<string, string> = {};
    const answers: string[] = [];
    for (const command of curlCommands()) {
      const filled = command
        .replaceAll("http://localhost:7071", site().host.url)
        .replaceAll("file_…", known["file"] ?? "file_…")
        .replaceAll("job_…", known["job"] ?? "job_…")
        .replaceAll('"…"', known["etag"] ?? '"…"');
      const answer = await sh(filled.replace(/\s+#.*$/, ""));
      known["file"] ??= /"file_id":"(file_\w+)"/.exec(answer)?.[1] ?? "";
      known["job"] = /"job_id":"(job_\w+)"/.exec(answer)?.[1] ?? known["job"] ?? "";
      known["etag"] = /^etag: (".*")\r$/im.exec(answer)?.[1] ?? known["etag"] ?? "";
      answers.push(answer);
    }
    const [uploaded, submitted, read, ...later] = answers;
    expect(uploaded).toMatch(/"file_id":"file_\w{26}","name":"fhs\.pdf","bytes":248943,/);
    expect(submitted).toMatch(/^HTTP\/1\.1 202 [^]*^location: [^]*^operation-location: [^]*^retry-after: /im);
    expect(read).toMatch(/^HTTP\/1\.1 200 [^]*"status":"(?:accepted|running|completed)"/);
    const [polled, held, history, cancelled, regenerated, ...others] = later;
    for (const answer of [polled, held]) expect(answer).toMatch(/^HTTP\/1\.1 (?:200|304) /);
    expect(history).toMatch(/^HTTP\/1\.1 200 [^]*"event":"accepted"/);
    expect(cancelled).toMatch(/^HTTP\/1\.1 (?:200 [^]*"status":"cancelled"|409 [^]*"JOB_ALREADY_ENDED")/);
    expect(regenerated).toMatch(/^HTTP\/1\.1 202 /);
    expect(others).toEqual([]);
  });
});
