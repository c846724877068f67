import { readFile, writeFile } from "node:fs/promises";

/** A seed that found fault once, and with what. It means what it meant only while the scenario draws as it did then. */
export interface KnownSeed {
  readonly seed: number;
  readonly found: string;
}

/** The file lies beside the sources, not beside what was compiled of them. */
const FILE = new URL("../../../tests/harness/seeds.json", import.meta.url);

export async function readKnownSeeds(): Promise<KnownSeed[]> {
  return JSON.parse(await readFile(FILE, "utf8")) as KnownSeed[];
}

export async function addKnownSeeds(seeds: readonly KnownSeed[]): Promise<void> {
  if (seeds.length === 0) return;
  const lines = [...(await readKnownSeeds()), ...seeds].map(
    ({ seed, found }) => `  { "seed": ${seed}, "found": ${JSON.stringify(found)} }`,
  );
  await writeFile(FILE, `[\n${lines.join(",\n")}\n]\n`);
}
