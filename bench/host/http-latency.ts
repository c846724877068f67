import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";
import { startChild } from "../../local/process/start-child.ts";
import { percentile } from "../support/print.ts";
import { readUrl } from "./support/bench-host.ts";
import type { BenchHost } from "./support/bench-host.ts";
import { printTable, rounded } from "./support/markdown.ts";

const WARM_UP = 300;
const REQUESTS = 3000;

/** One client, one kept-alive connection to each server, in turns: what disturbs one disturbs the other. */
export async function httpLatency(host: BenchHost): Promise<void> {
  const bare = await startChild({
    name: "bare server",
    module: new URL("./bare-server.js", import.meta.url),
    parseReady: readUrl,
  });
  const targets = { host: `${host.url}/api/hello`, bare: bare.ready };
  const samples: Record<keyof typeof targets, number[]> = { host: [], bare: [] };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let round = 0; round < WARM_UP + REQUESTS; round++)
    for (const name of ["host", "bare"] as const) {
      const took = await getMs(targets[name], agent);
      if (round >= WARM_UP) samples[name].push(took);
    }
  agent.destroy();
  await bare.stop();
  const row = (name: keyof typeof targets) => [0.5, 0.99].map((share) => percentile(samples[name], share));
  const [hostRow, bareRow] = [row("host"), row("bare")];
  const cells = (numbers: readonly number[]) => numbers.map(rounded);
  printTable(`GET hello, ${REQUESTS} requests one after the other, ms`, [
    ["server", "p50", "p99"],
    ["this host", ...cells(hostRow)],
    ["bare Node", ...cells(bareRow)],
    ["host / bare", ...cells(hostRow.map((ms, index) => ms / (bareRow[index] ?? Number.NaN)))],
  ]);
}

async function getMs(url: string, agent: Agent): Promise<number> {
  const begun = performance.now();
  await new Promise<void>((resolve, reject) => {
    request(url, { agent }, (answer) => {
      answer.resume().on("end", resolve).on("error", reject);
    })
      .on("error", reject)
      .end();
  });
  return performance.now() - begun;
}
