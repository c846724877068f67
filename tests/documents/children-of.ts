import { execFileSync } from "node:child_process";

/** The numbers of a process's children whose command line has `words` in it. */
export function childrenOf(pid: number, words: string): number[] {
  const list = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  return list
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((fields) => Number(fields?.[2]) === pid && fields?.[3]?.includes(words))
    .map((fields) => Number(fields?.[1]));
}

/** Whether a process with this number still runs; a zombie that nobody has collected does not. */
export function isRunning(pid: number): boolean {
  try {
    return !execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" })
      .trim()
      .startsWith("Z");
  } catch {
    return false; // `ps` fails when there is no such process.
  }
}

/** Looks again and again until `look` finds something; gives up after 20 seconds. */
export async function waitFor<T>(look: () => T | false | undefined): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = look();
    if (found !== false && found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${look.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
