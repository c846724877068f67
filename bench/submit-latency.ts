import { performance } from "node:perf_hooks";
import { TableClient } from "@azure/data-tables";
import { QueueClient } from "@azure/storage-queue";
import { heading, percentile, table } from "./support/print.ts";
import { startStack } from "./support/stack.ts";

const ROUNDS = 600;
const WARM_UP = 200;

/**
 * What `POST /api/jobs` costs above the storage calls it makes: the same insert and the same put, made by this script
 * with the same SDKs against the same emulator, turn by turn in one run.
 */
export async function submitLatency(): Promise<void> {
  const stack = await startStack({ workers: false, counted: false });
  try {
    const post = poster(stack.url);
    const bare = bareCalls(stack.connectionString);
    const ping = async () => fetch(`${stack.url}/api/health/live`).then(async (answer) => answer.text());
    const times: Record<"post" | "bare" | "ping", number[]> = { post: [], bare: [], ping: [] };
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      for (const [name, call] of Object.entries({ post, bare, ping }) as [
        keyof typeof times,
        () => Promise<unknown>,
      ][]) {
        const started = performance.now();
        await call();
        if (round >= WARM_UP) times[name].push(performance.now() - started);
      }
    }
    heading(`Latency of POST /api/jobs against its bare storage calls (${ROUNDS} rounds, one at a time)`);
    const ms = (name: keyof typeof times, share: number) => percentile(times[name], share).toFixed(2);
    table([
      ["", "p50 ms", "p95 ms"],
      ["POST /api/jobs", ms("post", 0.5), ms("post", 0.95)],
      ["bare: insert row, put message", ms("bare", 0.5), ms("bare", 0.95)],
      ["GET /api/health/live (no storage)", ms("ping", 0.5), ms("ping", 0.95)],
    ]);
    const ratio = percentile(times.post, 0.5) / percentile(times.bare, 0.5);
    console.log(`\n  ratio of p50: ${ratio.toFixed(2)} (aim: at most 1.3)`);
  } finally {
    await stack.stop();
  }
}

function poster(url: string): () => Promise<void> {
  const body = JSON.stringify({
    job_type: "thumbnail",
    customer_id: "cust-123",
    payload: { asset_url: "https://example.com/image.png" },
  });
  return async () => {
    const answer = await fetch(`${url}/api/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    if (answer.status !== 202) throw new Error(`Cannot measure: POST /api/jobs answered ${answer.status}`);
    await answer.text();
  };
}

/** A row and a message as large as those of `POST /api/jobs`. */
function bareCalls(connectionString: string): () => Promise<void> {
  const rows = TableClient.fromConnectionString(connectionString, "millracejobs", { allowInsecureConnection: true });
  const queue = new QueueClient(connectionString, "job-images");
  let count = 0;
  return async () => {
    const rowKey = `bare-${String(count++).padStart(26, "0")}`;
    await rows.createEntity({ partitionKey: `bare:${count % 16}`, rowKey, row: "x".repeat(900) });
    await queue.sendMessage(Buffer.alloc(330, "x").toString("base64"), { messageTimeToLive: -1 });
  };
}
