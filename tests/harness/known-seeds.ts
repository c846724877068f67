import { readFile, writeFile } from "node:fs/promises";
import type { Family } from "./scenario/outcome.ts";

/** A seed that found fault once, and with what. It means what it meant only while the scenario draws as it did then. */
export interface KnownSeed {
  readonly family: Family;
  readonly seed: number;
  readonly found: string;
}

/** The file lies beside the sources, not beside what was compiled of them. */
const FILE = new URL("../../../tests/harness/seeds.json", import.meta.url);

/** Those of one kind of run. */
export async function readKnownSeeds(family: Family): Promise<number[]> {
  return (await readAll()).flatMap((known) => (known.family === family ? [known.seed] : []));
}

export async function addKnownSeeds(seeds: readonly KnownSeed[]): Promise<void> {
  if (seeds.length === 0) return;
  const lines = [...(await readAll()), ...seeds].map(
    ({ family, seed, found }) =>
      `  { "family": ${JSON.stringify(family)}, "seed": ${seed}, "found": ${JSON.stringify(found)} }`,
  );
  await writeFile(FILE, `[\n${lines.join(",\n")}\n]\n`);
}

async function readAll(): Promise<KnownSeed[]> {
  return JSON.parse(await readFile(FILE, "utf8")) as KnownSeed[];
}
