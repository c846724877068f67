import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";

const POLL_MS = 25;

/**
 * Calls `onSample` again and again with the memory a process takes, in MB, until the returned function is called.
 *
 * On Linux that is the most it ever had resident, so a peak between two samples is seen too; elsewhere it is what `ps`
 * says it has now. Windows has neither at hand: there is no sample, and only a cap on time protects from a process.
 */
export function samplePeakMemory(pid: number | undefined, onSample: (megabytes: number) => void): () => void {
  if (pid === undefined || process.platform === "win32") return () => undefined;
  const read = process.platform === "linux" ? readProc : readPs;
  const stopping = new AbortController();
  const sample = async (): Promise<void> => {
    const megabytes = await read(pid);
    if (stopping.signal.aborted) return;
    // Nothing when the process has just ended: then its exit is what counts.
    if (megabytes !== undefined) onSample(megabytes);
    timer = setTimeout(() => void sample(), POLL_MS);
  };
  let timer = setTimeout(() => void sample(), 0);
  return () => {
    stopping.abort();
    clearTimeout(timer);
  };
}

/** The high-water mark comes first in the file; sandboxed kernels that keep none have only what is resident now. */
async function readProc(pid: number): Promise<number | undefined> {
  try {
    return toMegabytes(/^Vm(?:HWM|RSS):\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return undefined;
  }
}

async function readPs(pid: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    execFile("ps", ["-o", "rss=", "-p", String(pid)], (error, stdout) => {
      resolve(error ? undefined : toMegabytes(stdout));
    });
  });
}

function toMegabytes(kilobytes: string | undefined): number | undefined {
  const number = Number(kilobytes?.trim() || Number.NaN);
  return Number.isFinite(number) ? number / 1024 : undefined;
}
