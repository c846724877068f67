import { pickyProfile } from "./profiles.ts";
import { createTestApp } from "./test-app.ts";
import type { TestApp } from "./test-app.ts";

export interface FailedJob {
  readonly jobId: string;
  readonly operationId: string;
  readonly deadLetterId: string;
}

/** An app whose one job type refuses some texts for good. */
export async function pickyApp(environment: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  return createTestApp({ profiles: [pickyProfile()], environment });
}

/** Submits a job that fails for good, and works on it. */
export async function failJob(
  test: TestApp,
  text = "bad",
  { workspace = "default", by }: { readonly workspace?: string; readonly by?: string } = {},
): Promise<FailedJob> {
  const headers = { "x-millrace-workspace": workspace, ...(by !== undefined && { "x-ms-client-principal-name": by }) };
  const { json } = await test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text } }, headers });
  await test.deliver("job-requests");
  const { json: view } = await test.request("GET", `/api/jobs/${String(json["job_id"])}`, { headers });
  const [jobId, operationId] = [String(view["job_id"]), String(view["operation_id"])];
  return { jobId, operationId, deadLetterId: String(view["dead_letter_id"]) };
}
