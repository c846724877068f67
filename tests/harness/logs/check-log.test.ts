import { describe, expect, it } from "@jest/globals";
import { checkLog } from "./check-log.ts";
import { readLogLines } from "./read-log-lines.ts";

const line = (event: string, facts: object) =>
  `[2026-01-01T00:00:00.000Z] [Information] [Function.work-documents.User] ${event} ${JSON.stringify({ job_id: "job_1", operation_id: "op_1", attempt: 1, ...facts })}`;
const retried = line("job queued", { version: 5, phase: "queued" });
const done = line("job done", { version: 9, phase: "done" });
const kinds = (lines: readonly string[], isComplete = true) =>
  checkLog(readLogLines(lines.join("\n")), { isComplete }).map(({ kind }) => kind);

describe("checkLog()", () => {
  it("finds nothing wrong with a job that was tried again and then done, whatever else is written", () => {
    expect(kinds(["Host started", retried, "Executed 'Functions.work' {not json}", done])).toEqual([]);
  });

  it("finds a job that does not end, if the log tells of the end", () => {
    expect(kinds([retried])).toEqual(["not ended"]);
    expect(kinds([retried], false)).toEqual([]);
  });

  it("finds two tellings of one version", () => {
    expect(kinds([done, line("job failed", { version: 9, phase: "failed" })])).toEqual(["version"]);
  });

  it("finds what happens to an operation after its end", () => {
    expect(kinds([done, line("job done", { version: 12, phase: "done" })])).toEqual(["after the end"]);
  });

  it("finds an operation that comes back", () => {
    const other = line("job done", { version: 12, phase: "done", operation_id: "op_2" });
    expect(kinds([done, other])).toEqual([]);
    expect(kinds([done, other, line("job done", { version: 15, phase: "done" })])).toEqual(["wrong operation"]);
  });

  it("finds attempts that are forgotten", () => {
    expect(kinds([line("job queued", { version: 5, phase: "queued", attempt: 3 }), done])).toEqual([
      "attempt not counted",
    ]);
  });

  it("finds failures that nobody has classified, and answers of 500", () => {
    const unclassified = line("attempt failed", { code: "UNCLASSIFIED" });
    const failed = `request failed ${JSON.stringify({ route: "jobs-get", status: 500 })}`;
    expect(kinds([unclassified, failed, done])).toEqual(["surprise", "surprise"]);
  });

  it("does not take a log that tells of no job for a good one", () => {
    expect(kinds(["Host started"])).toEqual(["nothing happened"]);
  });
});
