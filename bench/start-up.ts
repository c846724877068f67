import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { findFreePort } from "../local/process/free-port.ts";
import { heading, table } from "./support/print.ts";

const ROUNDS = 3;

/** From the newcomer's `npm start` to the first job accepted: compiler check, emulators, host, app and storage. */
export async function startUp(): Promise<void> {
  heading("Time from `npm start` to the first 202");
  const rows: (string | number)[][] = [["round", "seconds"]];
  for (let round = 1; round <= ROUNDS; round++) rows.push([round, (await once()).toFixed(2)]);
  table(rows);
}

async function once(): Promise<number> {
  const data = await mkdtemp(join(tmpdir(), "millrace-bench-"));
  const port = await findFreePort();
  const started = performance.now();
  const child = spawn("npm", ["start", "--silent", "--", "--port", String(port), "--data", data], { stdio: "ignore" });
  try {
    while (!(await accepts(port))) await delay(20);
    return (performance.now() - started) / 1000;
  } finally {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGINT");
    await ended;
    await rm(data, { recursive: true, force: true });
  }
}

async function accepts(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/api/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ job_type: "thumbnail", payload: { asset_url: "https://example.com/image.png" } }),
    });
    return answer.status === 202;
  } catch {
    return false; // nobody listens yet
  }
}
