import { readFile, writeFile } from "node:fs/promises";

/** For each mutant the seed that caught it, to be tried first. A changed scenario makes it stale, and no more than slow. */
export type MutantSeeds = Readonly<Partial<Record<string, number>>>;

/** The file lies beside the sources, not beside what was compiled of them. */
const FILE = new URL("../../../../tests/harness/mutants/mutant-seeds.json", import.meta.url);

export async function readMutantSeeds(): Promise<MutantSeeds> {
  return JSON.parse(await readFile(FILE, "utf8")) as MutantSeeds;
}

export async function writeMutantSeeds(seeds: MutantSeeds): Promise<void> {
  await writeFile(FILE, `${JSON.stringify(seeds, undefined, 2)}\n`);
}
