// npm run bench:host, or with the names of some: npm run bench:host -- http-latency long-histories
import { httpLatency } from "./http-latency.ts";
import { longHistories } from "./long-histories.ts";
import { startUp } from "./start-up.ts";
import { startBenchHost } from "./support/bench-host.ts";
import type { BenchHost } from "./support/bench-host.ts";
import { throughput } from "./throughput.ts";

const BENCHES: Readonly<Record<string, (host: BenchHost) => Promise<void>>> = {
  "start-up": startUp,
  "http-latency": httpLatency,
  throughput,
  "long-histories": longHistories,
};

const chosen = process.argv.slice(2);
console.log(`Node ${process.version}, ${process.platform}`);
for (const [name, bench] of Object.entries(BENCHES)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const host = await startBenchHost();
  try {
    await bench(host);
  } finally {
    await host.stop();
  }
}
