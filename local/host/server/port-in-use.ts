import { execFile } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";

/** Explains a taken port: who holds it, when /proc or `lsof` tells, and what to do. */
export async function portInUse(port: number, cause: Error): Promise<Error> {
  const holder = (await findInProc(port)) ?? (await findWithLsof(port));
  const who = holder ? ` by process ${holder.pid} (${holder.command})` : "";
  return new Error(
    `Port ${port} is unavailable: it is in use${who}. Stop that process, or choose another port with --port`,
    {
      cause,
    },
  );
}

interface Holder {
  readonly pid: number;
  readonly command: string;
}

/** Finds the process that listens on a port, on Linux. Undefined elsewhere, or when it belongs to somebody else. */
async function findInProc(port: number): Promise<Holder | undefined> {
  const sockets = (await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map(readLines)))
    .flat()
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === "0A" && Number.parseInt(local?.split(":")[1] ?? "", 16) === port)
    .map((columns) => `socket:[${columns[9] ?? ""}]`);
  if (sockets.length === 0) return undefined;
  for (const pid of (await list("/proc")).filter((name) => /^\d+$/.test(name))) {
    for (const descriptor of await list(`/proc/${pid}/fd`)) {
      if (sockets.includes(await linkTarget(`/proc/${pid}/fd/${descriptor}`)))
        return { pid: Number(pid), command: await commandOf(pid) };
    }
  }
  return undefined;
}

/** The same on macOS and other systems that have lsof; its -F output is a line a fact: p1234, cnode. */
async function findWithLsof(port: number): Promise<Holder | undefined> {
  const text = await promisify(execFile)("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"], {
    timeout: 2000,
  }).then(
    ({ stdout }) => stdout,
    () => "", // there is no lsof, or it may not look
  );
  return parseLsof(text);
}

export function parseLsof(text: string): Holder | undefined {
  const pid = /^p(\d+)$/m.exec(text)?.[1];
  return pid === undefined ? undefined : { pid: Number(pid), command: /^c(.*)$/m.exec(text)?.[1] ?? "" };
}

async function commandOf(pid: string): Promise<string> {
  const [commandLine = ""] = await readLines(`/proc/${pid}/cmdline`);
  return commandLine.replaceAll("\0", " ").trim();
}

// Below, what cannot be read (another system, another user, a process that just ended) counts as empty: the message does without.

async function readLines(path: string): Promise<readonly string[]> {
  return readFile(path, "utf8").then(
    (text) => text.split("\n"),
    () => [],
  );
}

async function list(path: string): Promise<readonly string[]> {
  return readdir(path).catch(() => []);
}

async function linkTarget(path: string): Promise<string> {
  return readlink(path).catch(() => "");
}
