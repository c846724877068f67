import { readFile, writeFile } from "node:fs/promises";

/** Seeds that found fault once. The file lies beside the sources, not beside what was compiled of them. */
const FILE = new URL("../../../tests/harness/seeds.json", import.meta.url);

export async function readKnownSeeds(): Promise<number[]> {
  return JSON.parse(await readFile(FILE, "utf8")) as number[];
}

export async function addKnownSeeds(seeds: readonly number[]): Promise<void> {
  const all = new Set([...(await readKnownSeeds()), ...seeds]);
  await writeFile(FILE, `${JSON.stringify([...all].sort((a, b) => a - b))}\n`);
}
