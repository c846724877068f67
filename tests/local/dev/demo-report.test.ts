import { describe, expect, it } from "@jest/globals";
import { formatApproval, formatOutcome, formatProgress } from "../../../local/dev/demo-report.ts";

describe("formatProgress()", () => {
  it("shows the fraction, the step and the message", () => {
    const progress = { fraction: 0.416, step: "summarize", message: "part 4 of 10" };
    expect(formatProgress({ job_id: "j", status: "running", progress })).toBe("  41 %  summarize  part 4 of 10");
  });

  it("shows the status where there is no step", () => {
    expect(formatProgress({ job_id: "j", status: "accepted" })).toBe("   0 %  accepted");
    expect(formatProgress({ job_id: "j", status: "completed" })).toBe(" 100 %  completed");
  });
});

describe("formatOutcome()", () => {
  it("shows the summary, its size, the usage and the job", () => {
    const job = {
      job_id: "job_1",
      status: "completed" as const,
      result: { summary: "- One.\n- Two.", pages: 50, words: 2 },
      usage: { model: "m", input_tokens: 10, output_tokens: 3, estimated_cost_usd: 0.00012 },
    };
    expect(formatOutcome(job, "http://status")).toBe(
      "- One.\n- Two.\n\n50 pages, 2 words of summary; m, 10 tokens in, 3 out, $0.0001\nJob job_1\nhttp://status",
    );
  });

  it("shows fields, or else the whole result, where there is no summary", () => {
    const job = { job_id: "job_1", status: "completed" as const };
    const identity = "Job job_1\nhttp://status";
    expect(formatOutcome({ ...job, result: { fields: { a: 1 } } }, "http://status")).toBe(
      `{\n  "a": 1\n}\n\n${identity}`,
    );
    expect(
      formatOutcome({ ...job, result: { report: "r", words: 1, artifactUrl: "u", artifacts: [] } }, "http://status"),
    ).toBe(`{\n  "report": "r",\n  "words": 1\n}\n\n${identity}`);
  });

  it("counts one page as one", () => {
    const job = { job_id: "job_1", status: "completed" as const, result: { summary: "One.", pages: 1, words: 1 } };
    expect(formatOutcome(job, "http://status")).toContain("\n1 page, 1 word of summary\n");
  });

  it("shows why a job failed", () => {
    const error = { code: "PDF_ENCRYPTED", message: "The PDF needs a password" };
    expect(formatOutcome({ job_id: "job_1", status: "failed", error }, "http://status")).toBe(
      "The job failed.\n\n  PDF_ENCRYPTED: The PDF needs a password\n\nJob job_1\nhttp://status",
    );
  });

  it("shows that a job was cancelled", () => {
    expect(formatOutcome({ job_id: "job_1", status: "cancelled" }, "http://status")).toMatch(
      /^The job was cancelled\./,
    );
  });
});

describe("formatApproval()", () => {
  it("shows what people are to decide on, line by line", () => {
    const approval = { step: "review", title: "Publish it?", details: "One.\nTwo." };
    expect(formatApproval(approval)).toBe("\n  Publish it?\n  | One.\n  | Two.\n\n  The demo approves.\n");
    expect(formatApproval({ ...approval, details: { a: 1 } })).toContain('  | {\n  |   "a": 1\n  | }\n');
    expect(formatApproval({ ...approval, details: { draft: "# One\n\nTwo.\n" } })).toContain(
      "  | # One\n  |\n  | Two.\n\n",
    );
    expect(formatApproval({ ...approval, details: undefined })).toBe("\n  Publish it?\n\n  The demo approves.\n");
  });
});
