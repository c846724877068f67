import type { SubmitCommand } from "../../../../src/jobs/submit.ts";
import type { Stage } from "../stage.ts";

/** Sends a client's request to a host, once. Returns the job's id; nothing when no answer came, or none that says. */
export async function askHost({ client }: Stage, url: string, request: SubmitCommand): Promise<string | undefined> {
  const response = await post(url, request);
  if (!response || response.status >= 500) {
    client.gotNoAnswer(request);
    return undefined;
  }
  const { job_id: jobId } = response.json as { readonly job_id?: string };
  if (jobId === undefined) throw new Error(`The host answers ${response.status}: ${JSON.stringify(response.json)}`);
  client.heard(request, jobId);
  return jobId;
}

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

async function post(url: string, request: SubmitCommand): Promise<Answer | undefined> {
  const { jobType: job_type, payload, metadata, idempotencyKey: key } = request;
  try {
    const response = await fetch(`${url}/api/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(key !== undefined && { "idempotency-key": key }) },
      body: JSON.stringify({ job_type, payload, metadata }),
    });
    return { status: response.status, json: await response.json() };
  } catch {
    return undefined; // The host has died, before or while it answered.
  }
}
