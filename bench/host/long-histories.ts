import { performance } from "node:perf_hooks";
import { chain, fanOut } from "./app/orchestrations.ts";
import type { BenchHost } from "./support/bench-host.ts";
import { printTable, rounded } from "./support/markdown.ts";
import { replayAloneMs } from "./support/replay-alone.ts";
import type { RecordedTrigger } from "./support/replay-alone.ts";

const SEQUENTIAL = 1000;
/** Roughly these many events: a step of a chain leaves four, an activity of a fan-out two. */
const EVENTS = [100, 1000, 10_000];

interface Measured {
  readonly events: number;
  readonly hostMs: number;
  readonly replayMs: number;
  readonly journalBytes: number;
}

/** What the host adds to the library's own replay, and how both grow with the history. */
export async function longHistories(host: BenchHost): Promise<void> {
  const long = await measure(host, "chain", SEQUENTIAL);
  printTable(`${SEQUENTIAL} activities one after the other`, [
    ["events", "host ms", "replay alone ms", "host / replay", "journal bytes", "bytes per event"],
    [
      long.events,
      rounded(long.hostMs),
      rounded(long.replayMs),
      rounded(long.hostMs / long.replayMs),
      long.journalBytes,
      rounded(long.journalBytes / long.events),
    ],
  ]);
  for (const [name, eventsEach] of [
    ["chain", 4],
    ["fanOut", 2],
  ] as const) {
    const rows: (string | number)[][] = [
      ["events", "host ms", "host µs/event", "replay alone µs/event", "bytes/event"],
    ];
    for (const events of EVENTS) {
      const measured = await measure(host, name, events / eventsEach);
      const perEvent = (total: number) => rounded((total * 1000) / measured.events);
      rows.push([
        measured.events,
        rounded(measured.hostMs),
        perEvent(measured.hostMs),
        perEvent(measured.replayMs),
        rounded(measured.journalBytes / measured.events),
      ]);
    }
    printTable(`Growth of a ${name === "chain" ? "chain" : "fan-out"} with its history`, rows);
  }
}

async function measure(host: BenchHost, name: "chain" | "fanOut", input: number): Promise<Measured> {
  const id = `recorded-${name}-${input}`;
  const bytesBefore = await host.journalBytes();
  const begun = performance.now();
  await host.run(name, input, id);
  const hostMs = performance.now() - begun;
  const journalBytes = (await host.journalBytes()) - bytesBefore;
  const trigger = (await (await fetch(`${host.url}/api/recorded/${id}`)).json()) as RecordedTrigger;
  const replayMs = await replayAloneMs(trigger, name === "chain" ? chain : fanOut);
  return { events: trigger.history.length, hostMs, replayMs, journalBytes };
}
