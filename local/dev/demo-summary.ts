import { basename } from "node:path";
import type { DemoOptions } from "./demo-options.ts";
import { formatOutcome } from "./demo-report.ts";
import { uploadPdf, type ApiCall } from "./job-client.ts";
import { print } from "./print.ts";
import { showJob } from "./show-job.ts";

/** Has a PDF summarised and shows it. Returns the exit code. */
export async function showSummary(options: DemoOptions, bytes: Uint8Array, call: ApiCall): Promise<number> {
  const { style, maxWords } = options;
  const fileId = await uploadDocument(options, bytes, call);
  const { job, statusUrl } = await showJob(call, {
    job_type: "summarize-pdf",
    payload: { document: { file_id: fileId }, style, max_words: maxWords },
  });
  print(`\n${formatOutcome(job, statusUrl)}`);
  print('\nThis runtime ends with the demo; "npm start" keeps one up.');
  return job.status === "completed" ? 0 : 1;
}

export async function uploadDocument({ file }: DemoOptions, bytes: Uint8Array, call: ApiCall): Promise<string> {
  print(`Uploading ${basename(file)} (${Math.ceil(bytes.length / 1024)} KiB)…`);
  return uploadPdf(call, { name: basename(file), bytes });
}
