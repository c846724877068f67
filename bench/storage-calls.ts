import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import PDFDocument from "pdfkit";
import { plainJobCalls } from "./plain-job-calls.ts";
import type { StorageCall } from "./support/counting-proxy.ts";
import { heading, table } from "./support/print.ts";
import { startStack } from "./support/stack.ts";

/** The storage calls of jobs from POST to their end: of one that does nothing, and of one that reads a document. */
export async function storageCalls(): Promise<void> {
  await plainJobCalls();
  await documentJobCalls();
}

/** Every call of one job, call by call; then how the count grows with the document. */
async function documentJobCalls(): Promise<void> {
  const stack = await startStack({ workers: true, counted: true });
  try {
    const fileOf = async (pages: number) => upload(stack.url, await makePdf(pages));
    await run(stack, await fileOf(1)); // warms up connections and the model
    heading("Storage calls of one job, from POST to completed (a PDF of 3 pages)");
    const fileId = await fileOf(3);
    const calls = await run(stack, fileId);
    table(calls.map(({ service, method, path, status }, index) => [index + 1, service, method, path, status]));
    console.log(
      "\n  Left out: looks at an empty queue, the supervisor's 16 at each sweep, and the client's own reads of the job.",
    );

    heading("Growth: storage calls by size of the document");
    const rows: (string | number)[][] = [["pages", "calls", "of these progress commits"]];
    for (const pages of [3, 30, 300]) {
      const taken = await run(stack, await fileOf(pages));
      const commits = taken.filter(isCommit).length;
      rows.push([pages, taken.length, commits - 3]); // Without submit, claim and end.
    }
    table(rows);
  } finally {
    await stack.stop();
  }
}

async function run(stack: Awaited<ReturnType<typeof startStack>>, fileId: string): Promise<StorageCall[]> {
  await delay(300); // lets calls of the upload and of the job before come to their end
  stack.proxy.take();
  const body = { job_type: "summarize-pdf", payload: { document: { file_id: fileId } } };
  const answer = await fetch(`${stack.url}/api/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const { job_id: jobId } = (await answer.json()) as { job_id: string };
  let reads = 0;
  for (;;) {
    const { status } = (await (await fetch(`${stack.url}/api/jobs/${jobId}`)).json()) as { status: string };
    reads++;
    if (status === "completed") break;
    if (status === "failed") throw new Error(`Cannot measure: job "${jobId}" failed`);
    await delay(100);
  }
  await delay(300);
  return withoutClientReads(
    stack.proxy.take().filter((call) => !isIdlePoll(call)),
    reads,
  );
}

/** Looks at an empty queue, whose answer is a few bytes of XML, and the supervisor's at what is due. */
function isIdlePoll({ service, method, path, bytes }: StorageCall): boolean {
  if (service === "table") return method === "GET" && path.startsWith("/millracejobs()");
  const isPoll = service === "queue" && method === "GET";
  return isPoll && (path === "/job-images/messages" || bytes < 120);
}

/** Every change of a job is one transaction. */
function isCommit({ service, method, path }: StorageCall): boolean {
  return service === "table" && method === "POST" && path.startsWith("/$batch");
}

/** Each GET of the job read its row once; the worker's claim and the file's row are reads of their own. */
function withoutClientReads(calls: readonly StorageCall[], reads: number): StorageCall[] {
  const isJobRead = ({ service, method, path }: StorageCall) =>
    service === "table" && method === "GET" && path.startsWith("/millracejobs(key");
  const total = calls.filter(isJobRead).length;
  const workers = total - reads;
  let kept = 0;
  const submitAt = calls.findIndex(isCommit);
  const claimAt = calls.findIndex((call, index) => index > submitAt && isCommit(call));
  return calls.filter((call, index) => {
    if (!isJobRead(call)) return true;
    const isClaim = calls.slice(index + 1, claimAt).every((later) => !isJobRead(later)) && index < claimAt;
    return isClaim && kept++ < workers;
  });
}

async function upload(url: string, content: Buffer): Promise<string> {
  const answer = await fetch(`${url}/api/files`, {
    method: "POST",
    headers: { "content-type": "application/pdf" },
    body: new Uint8Array(content),
  });
  return ((await answer.json()) as { file_id: string }).file_id;
}

async function makePdf(pages: number): Promise<Buffer> {
  const document = new PDFDocument({ autoFirstPage: false });
  for (let page = 1; page <= pages; page++) {
    document.addPage();
    for (let line = 1; line <= 30; line++)
      document.text(
        `Sentence ${line} of page ${page} says that wheel ${line * page} turns mill ${line + page} by water.`,
      );
  }
  document.end();
  return buffer(document);
}
