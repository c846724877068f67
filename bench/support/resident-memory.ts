import { readFileSync } from "node:fs";

export interface ResidentMemory {
  readonly nowMb: number;
  /** The most it ever had. */
  readonly highestMb: number;
}

/** What a process takes of the machine's memory. On other systems than Linux both are NaN. */
export function residentMemory(pid: number): ResidentMemory {
  if (process.platform !== "linux") return { nowMb: Number.NaN, highestMb: Number.NaN };
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const megabytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "mu").exec(status)?.[1]) / 1024;
  return { nowMb: megabytes("VmRSS"), highestMb: megabytes("VmHWM") };
}
