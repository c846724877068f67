import { performance } from "node:perf_hooks";
import { percentile } from "../support/print.ts";
import type { BenchHost } from "./support/bench-host.ts";
import { printTable, rounded } from "./support/markdown.ts";

const CHAIN = 5;
const AT_ONCE = 200;

/** Small orchestrations, alone and many together. Times are from the client's request to its answer with the output. */
export async function throughput(host: BenchHost): Promise<void> {
  for (let round = 0; round < 20; round++) await host.run("chain", CHAIN); // until the code is compiled
  const rows: (string | number)[][] = [["what", "rounds", "p50 ms", "p99 ms", "per second"]];
  const chained = await repeat(50, async () => host.run("chain", CHAIN));
  rows.push([`${CHAIN} chained activities`, 50, ...spread(chained), `${perSecond(CHAIN, chained)} activities`]);
  for (const [width, rounds] of [
    [100, 10],
    [1000, 3],
  ] as const) {
    const times = await repeat(rounds, async () => host.run("fanOut", width));
    rows.push([`fan-out ${width}`, rounds, ...spread(times), `${perSecond(width, times)} activities`]);
  }
  const before = await host.journalBytes();
  const together = await repeat(1, async () =>
    Promise.all(Array.from({ length: AT_ONCE }, async () => host.run("chain", CHAIN))),
  );
  const bytes = ((await host.journalBytes()) - before) / AT_ONCE;
  rows.push([
    `${AT_ONCE} chains of ${CHAIN} at once`,
    1,
    ...spread(together),
    `${perSecond(AT_ONCE, together)} instances`,
  ]);
  printTable("Orchestrations", rows);
  console.log(`\nThe journal grew by ${rounded(bytes)} bytes for each of those ${AT_ONCE} instances.`);
}

async function repeat(rounds: number, act: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    await act();
    times.push(performance.now() - begun);
  }
  return times;
}

function spread(times: readonly number[]): string[] {
  return [rounded(percentile(times, 0.5)), rounded(percentile(times, 0.99))];
}

function perSecond(count: number, times: readonly number[]): string {
  return rounded((count * 1000) / percentile(times, 0.5));
}
