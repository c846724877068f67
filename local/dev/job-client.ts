import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";

/** The part of a job's view that the demo shows. */
const jobView = z.looseObject({
  job_id: z.string(),
  status: z.enum(["accepted", "running", "completed", "failed", "cancelled"]),
  progress: z
    .looseObject({ fraction: z.number().optional(), step: z.string().optional(), message: z.string().optional() })
    .nullish(),
  result: z
    .looseObject({ summary: z.string().optional(), pages: z.number().optional(), words: z.number().optional() })
    .nullish(),
  approval: z.looseObject({ step: z.string(), title: z.string(), details: z.unknown() }).nullish(),
  error: z.looseObject({ code: z.string(), message: z.string() }).nullish(),
  usage: z
    .looseObject({
      model: z.string().optional(),
      input_tokens: z.number(),
      output_tokens: z.number(),
      estimated_cost_usd: z.number().nullish(),
    })
    .nullish(),
});

/** An RFC 9457 problem. */
const problem = z.looseObject({
  title: z.string().optional(),
  detail: z.string().optional(),
  code: z.string().optional(),
  errors: z.array(z.looseObject({ pointer: z.string(), message: z.string() })).optional(),
});

const uploaded = z.looseObject({ file_id: z.string() });
const submitted = z.looseObject({ job_id: z.string(), status_url: z.url() });

export type JobView = z.infer<typeof jobView>;

export interface ApiCall {
  /** "http://localhost:7071/api" */
  readonly api: string;
  readonly abortSignal: AbortSignal;
}

/** Uploads a PDF. Returns the id that job payloads refer to it by. */
export async function uploadPdf(
  { api, abortSignal }: ApiCall,
  file: { name: string; bytes: Uint8Array },
): Promise<string> {
  const response = await fetch(`${api}/files?name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    headers: { "content-type": "application/pdf" },
    body: file.bytes as Uint8Array<ArrayBuffer>,
    signal: abortSignal,
  });
  return uploaded.parse(await readJson(response, "upload the file")).file_id;
}

/** Submits a job. Returns its id and where its status is. */
export async function submitJob({ api, abortSignal }: ApiCall, job: object): Promise<z.infer<typeof submitted>> {
  const response = await fetch(`${api}/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(job),
    signal: abortSignal,
  });
  return submitted.parse(await readJson(response, "submit the job"));
}

/** A job as it is now. */
export async function readJob({ api, abortSignal }: ApiCall, jobId: string): Promise<JobView> {
  const response = await fetch(`${api}/jobs/${jobId}`, { signal: abortSignal });
  return jobView.parse(await readJson(response, "read the job"));
}

/** Votes for what the job at this address waits for. */
export async function approveJob({ abortSignal }: ApiCall, statusUrl: string): Promise<void> {
  const response = await fetch(`${statusUrl}/decision`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-ms-client-principal-name": "demo" },
    body: JSON.stringify({ decision: "approve", comment: "shown by the demo" }),
    signal: abortSignal,
  });
  await readJson(response, "approve the job");
}

/** How long the server is asked to wait for news before it answers. */
const HELD_SECONDS = 20;

/**
 * Follows a job until it has ended; yields it each time it has changed, the last time ended. Asks as a good client does:
 * with the ETag it has, letting the server hold the answer until there is news, and where there was none, or the server
 * gives no ETag, no sooner again than `Retry-After` says.
 */
export async function* followJob(statusUrl: string, abortSignal: AbortSignal): AsyncGenerator<JobView> {
  let etag: string | null = null;
  for (;;) {
    const headers = etag ? { "if-none-match": etag } : {};
    const response = await fetch(`${statusUrl}?wait=${HELD_SECONDS}`, { headers, signal: abortSignal });
    if (response.status !== 304) {
      const job = jobView.parse(await readJson(response, "read the job's status"));
      etag = response.headers.get("etag");
      yield job;
      if (job.status !== "accepted" && job.status !== "running") return;
    }
    if (response.status === 304 || !etag)
      await delay(readRetryAfterMs(response.headers), undefined, { signal: abortSignal });
  }
}

/** A second when the server does not say; RFC 9110 also allows a date, which this API does not send. */
function readRetryAfterMs(headers: Headers): number {
  const seconds = Number(headers.get("retry-after") ?? "1");
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : 1_000;
}

/** @throws Error that says what the server says, after what was tried */
export async function readJson(response: Response, action: string): Promise<unknown> {
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as unknown;
  throw new Error(`Cannot ${action}: HTTP ${response.status}${describeProblem(text)}`);
}

function describeProblem(text: string): string {
  const parsed = problem.safeParse(tryParse(text));
  if (!parsed.success) return text === "" ? "" : `\n  ${text.slice(0, 500)}`;
  const { code, title, detail, errors = [] } = parsed.data;
  const lines = [detail ?? title ?? "", ...errors.map(({ pointer, message }) => `${pointer}: ${message}`)];
  return `${code ? ` ${code}` : ""}\n  ${lines.join("\n  ")}`;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // then it is shown as it came
  }
}
