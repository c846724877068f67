import { spawn } from "node:child_process";
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { findFreePort } from "../local/process/free-port.ts";
import { bareSubmit } from "./support/bare-submit.ts";
import { createHttpClient, requireStatus } from "./support/http-client.ts";
import { heading, percentile, table } from "./support/print.ts";
import { startStack } from "./support/stack.ts";

const ROUNDS = 600;
const WARM_UP = 200;

/**
 * What `POST /api/jobs` costs above the storage calls it makes: the same transaction and the same put, made by this script
 * with the same SDKs against the same emulator, turn by turn in one run.
 */
export async function submitLatency(): Promise<void> {
  const stack = await startStack({ workers: false, counted: false });
  const server = await startBareServer();
  const client = createHttpClient(1);
  const send = async (url: string, body: string) => {
    const answer = await client.send("POST", url, { body });
    requireStatus(answer, 202);
    return answer;
  };
  try {
    const post = async () => send(`${stack.url}/api/jobs`, RECIPE);
    const { job_id: jobId } = JSON.parse((await post()).body) as { job_id: string };
    const bare = await bareSubmit(stack.connectionString, "job-images", jobId);
    const ping = async () => {
      requireStatus(await client.send("GET", `${stack.url}/api/health/live`), 200);
    };
    const hop = async () => send(server.url, RECIPE);
    const times: Record<"post" | "bare" | "ping" | "hop", number[]> = { post: [], bare: [], ping: [], hop: [] };
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      for (const [name, call] of Object.entries({ post, bare, ping, hop }) as [
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
      ["bare: insert its rows, put message", ms("bare", 0.5), ms("bare", 0.95)],
      ["GET /api/health/live (no storage)", ms("ping", 0.5), ms("ping", 0.95)],
      ["the same POST to a bare Node server", ms("hop", 0.5), ms("hop", 0.95)],
    ]);
    const p50 = (name: keyof typeof times) => percentile(times[name], 0.5);
    console.log(`\n  ratio of p50: ${(p50("post") / p50("bare")).toFixed(2)} (aim: at most 1.3)`);
    console.log(
      `  best possible, a bare server that makes the calls: ${((p50("bare") + p50("hop")) / p50("bare")).toFixed(2)}`,
    );
  } finally {
    client.close();
    server.stop();
    await stack.stop();
  }
}

/** What HTTP alone costs: a server in a process of its own that reads the body and answers `{}`. */
async function startBareServer(): Promise<{ readonly url: string; stop(): void }> {
  const port = await findFreePort();
  const program = `require("node:http").createServer((q, s) => q.resume().on("end", () => s.writeHead(202).end("{}")))
    .listen(${port}, "127.0.0.1", () => process.send("ready"))`;
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  await once(child, "message");
  return { url: `http://127.0.0.1:${port}/`, stop: () => child.kill() };
}

const RECIPE = JSON.stringify({
  job_type: "thumbnail",
  customer_id: "cust-123",
  payload: { asset_url: "https://example.com/image.png" },
});
