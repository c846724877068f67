import { performance } from "node:perf_hooks";
import { createApp } from "../src/app.ts";
import type { App } from "../src/app.ts";
import { readSettings } from "../src/platform/settings.ts";
import { plainProfile } from "./app/plain-profile.ts";
import { bareOperations } from "./growth/bare-operations.ts";
import { createFiller } from "./growth/fill-table.ts";
import { OPERATIONS } from "./growth/operations.ts";
import type { Operation, OperationName } from "./growth/operations.ts";
import { productOperations } from "./growth/product-operations.ts";
import { startCountingProxy } from "./support/counting-proxy.ts";
import type { CountingProxy } from "./support/counting-proxy.ts";
import { startMemoryStorage } from "./support/memory-storage.ts";
import { heading, percentile, table } from "./support/print.ts";

const SIZES = [1_000, 10_000, 100_000];
/** In turns with the bare calls. Few where each leaves many jobs behind, which the size does not count. */
const ROUNDS: Readonly<Record<OperationName, number>> = {
  "point read": 100,
  "conditional update": 100,
  claim: 100,
  complete: 100,
  "list page": 40,
  "sweep, nothing due": 40,
  "sweep, 16 due": 6,
};
/** Azurite answers a query by looking at every row: with many, fewer rounds must do. */
const FEWEST_ROUNDS = 5;
const ROUNDS_MS = 10_000;

/**
 * Whether what happens to one job costs more, the more jobs are stored. The same storage calls, made with nothing around
 * them, tell the product's share from the emulator's, which keeps its rows in a list in memory.
 */
export async function growth(): Promise<void> {
  const storage = await startMemoryStorage();
  const proxy = await startCountingProxy(storage.connectionString);
  try {
    const app = openApp(storage.connectionString);
    await app.storage.prepare();
    const product = productOperations(app);
    const bare = bareOperations(() => openApp(storage.connectionString), storage.connectionString);
    const fill = await createFiller(app, storage.connectionString);
    const measured: Measured[] = [];
    let filled = 0;
    for (const size of SIZES) {
      const started = performance.now();
      const rows = await fill(filled, size);
      const seconds = (performance.now() - started) / 1000;
      console.log(`  Stored ${size - filled} jobs more, ${rows} rows, in ${seconds.toFixed(1)} s: ${size} in all.`);
      filled = size;
      const calls = await countCalls(proxy);
      measured.push({ size, calls, ...(await time(product, bare)) });
    }
    print(measured);
  } finally {
    await proxy.stop();
    await storage.stop();
  }
}

interface Measured {
  readonly size: number;
  /** Storage calls of one. */
  readonly calls: Figures;
  /** p50, milliseconds. */
  readonly product: Figures;
  readonly bare: Figures;
}

type Figures = Readonly<Record<OperationName, number>>;

/** What one round leaves behind must not be due in the sweeps of a later one. */
const PATIENT = { PATIENCE_SECONDS: "3600", LEASE_SECONDS: "3600" };

function openApp(connectionString: string): App {
  const settings = readSettings({ AzureWebJobsStorage: connectionString, OPENAI_API_KEY: "none", ...PATIENT });
  return createApp(settings, [plainProfile]);
}

async function countCalls(proxy: CountingProxy): Promise<Figures> {
  const operations = productOperations(openApp(proxy.connectionString));
  return forEach(async (name) => {
    const run = await operations[name]();
    proxy.take();
    await run();
    return proxy.take().length;
  });
}

async function time(
  product: Record<OperationName, Operation>,
  bare: Record<OperationName, Operation>,
): Promise<Pick<Measured, "product" | "bare">> {
  const p50s: Partial<Record<OperationName, readonly [number, number]>> = {};
  for (const name of OPERATIONS) p50s[name] = await inTurns(ROUNDS[name], product[name], bare[name]);
  const side = async (index: 0 | 1) => forEach(async (name) => p50s[name]?.[index] ?? Number.NaN);
  return { product: await side(0), bare: await side(1) };
}

/** What disturbs one disturbs the other. Returns the p50 of both in milliseconds. */
async function inTurns(rounds: number, one: Operation, other: Operation): Promise<readonly [number, number]> {
  const ones: number[] = [];
  const others: number[] = [];
  const begun = performance.now();
  const isLong = () => performance.now() - begun > ROUNDS_MS;
  while (ones.length < rounds && !(ones.length >= FEWEST_ROUNDS && isLong())) {
    ones.push(await timed(one));
    others.push(await timed(other));
  }
  return [percentile(ones, 0.5), percentile(others, 0.5)];
}

async function timed(operation: Operation): Promise<number> {
  const run = await operation();
  const started = performance.now();
  await run();
  return performance.now() - started;
}

async function forEach(figure: (name: OperationName) => Promise<number>): Promise<Figures> {
  const figures: Partial<Record<OperationName, number>> = {};
  for (const name of OPERATIONS) figures[name] = await figure(name);
  return figures as Figures;
}

function print(measured: readonly Measured[]): void {
  const rows = (figure: (at: Measured, name: OperationName) => string) => [
    ["jobs stored", ...measured.map(({ size }) => size.toLocaleString("en"))],
    ...OPERATIONS.map((name) => [name, ...measured.map((at) => figure(at, name))]),
  ];
  heading("Growth: storage calls by jobs stored");
  table(rows(({ calls }, name) => String(calls[name])));
  heading("Growth: p50 in ms, and beside it the same storage calls alone");
  table(rows(({ product, bare }, name) => `${product[name].toFixed(1)} (${bare[name].toFixed(1)})`));
  heading("Growth: p50 divided by that of the same storage calls alone");
  table(rows(({ product, bare }, name) => (product[name] / bare[name]).toFixed(2)));
}
