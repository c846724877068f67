import { describe, expect, it } from "@jest/globals";
import { createWorker } from "../../src/jobs/worker.ts";
import { MillraceError } from "../../src/platform/errors.ts";
import { echoProfile } from "../support/profiles.ts";
import { createTestApp } from "../support/test-app.ts";

describe("createWorker()", () => {
  it.each([
    ["an error of ours", new MillraceError("DOWNLOAD_FAILED", "gone", { details: { status: 502 } }), `"status":502`],
    ["an error that nobody foresaw", new TypeError("AccountKey=secret"), "worker.test."],
  ])("tells the log of %s what can help, and none of an unknown text", async (_, thrown, told) => {
    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    const work = async (): Promise<never> => {
      throw thrown;
    };
    const test = await createTestApp({ profiles: [echoProfile(work)] });
    await test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text: "hi" } } });
    const [message] = await test.peek("job-requests");
    const worker = createWorker(test.app, test.app.storage.queue("job-requests-poison"));
    await worker(JSON.parse(message ?? ""), { info: write, warn: write, error: write });

    const failure = lines.find((line) => line.startsWith("attempt failed"));
    expect(failure).toContain(told);
    expect(lines.join()).not.toContain("secret");
  });
});
