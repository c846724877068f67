import type { BenchHost } from "./support/bench-host.ts";
import { startBenchHost } from "./support/bench-host.ts";
import { printTable, rounded } from "./support/markdown.ts";

const ROUNDS = 5;

/** From the fork of the host's process until it serves, with an app that loads both libraries. */
export async function startUp(first: BenchHost): Promise<void> {
  const times = [first.startMs];
  while (times.length < ROUNDS) {
    const host = await startBenchHost();
    times.push(host.startMs);
    await host.stop();
  }
  times.sort((a, b) => a - b);
  const [fastest = Number.NaN] = times;
  printTable(`Start, ${ROUNDS} times, ms`, [
    ["fastest", "median", "slowest"],
    [fastest, times[Math.floor(ROUNDS / 2)] ?? Number.NaN, times.at(-1) ?? Number.NaN].map(rounded),
  ]);
}
