import { execFile } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * Finds out who listens on a TCP port of this machine: "node (pid 4121)". Undefined when the system does not tell, as for
 * other people's processes.
 */
export async function findPortOwner(port: number): Promise<string | undefined> {
  try {
    const owner = process.platform === "linux" ? await searchProc(port) : await askLsof(port);
    return owner && `${owner.name} (pid ${owner.pid})`;
  } catch {
    // Only decoration for an error message: that one is worth more than the reason why this failed.
    return undefined;
  }
}

interface Owner {
  readonly pid: number;
  readonly name: string;
}

/** /proc/net/tcp names the socket that listens, and a process that has it open shows it among its files (proc(5)). */
async function searchProc(port: number): Promise<Owner | undefined> {
  const sockets = new Set((await Promise.all(["tcp", "tcp6"].map(async (table) => listListeners(table, port)))).flat());
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (!(await hasSocket(pid, sockets))) continue;
    return { pid: Number(pid), name: (await readFile(`/proc/${pid}/comm`, "utf8")).trim() };
  }
  return undefined;
}

async function listListeners(table: string, port: number): Promise<string[]> {
  const listening = "0A";
  const lines = (await readFile(`/proc/net/${table}`, "utf8")).split("\n").slice(1);
  return lines.flatMap((line) => {
    const [, local = "", , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === listening && parseInt(local.split(":")[1] ?? "", 16) === port && inode
      ? [`socket:[${inode}]`]
      : [];
  });
}

async function hasSocket(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  // A process may end, or not be ours to look into, at any of these steps.
  const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(files.map(async (file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => "")));
  return targets.some((target) => sockets.has(target));
}

async function askLsof(port: number): Promise<Owner | undefined> {
  const { stdout } = await promisify(execFile)("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"]);
  const [, pid, name] = /^p(\d+)[^c]*\nc(.+)$/m.exec(stdout) ?? [];
  return pid && name ? { pid: Number(pid), name } : undefined;
}
