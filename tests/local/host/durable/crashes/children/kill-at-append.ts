// Preloaded into a host (`node --import`): kills it at the n-th append to a Durable journal. KILL_AT is "<moment>:<n>":
// the moment when the bytes are written in part ("torn"), or "after" they have been synced.
import { readlinkSync } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

type Method = (this: FileHandle, ...args: unknown[]) => Promise<unknown>;

const [moment = "", wanted = "0"] = (process.env["KILL_AT"] ?? "").split(":");
const prototype = await fileHandlePrototype();
const write = prototype["write"] as Method;
const datasync = prototype["datasync"] as Method;
let appends = 0;

prototype["write"] = async function (this: FileHandle, ...args: unknown[]) {
  if (!isJournal(this)) return write.apply(this, args);
  appends += 1;
  if (appends === Number(wanted) && moment === "torn") {
    await writePart(this, args);
    die();
  }
  return write.apply(this, args);
};

prototype["datasync"] = async function (this: FileHandle) {
  await datasync.apply(this);
  if (isJournal(this) && appends >= Number(wanted) && moment === "after") die();
};

/** All but the last bytes, so that the record is whole but for its end. The journal writes (bytes, offset, length, position). */
async function writePart(file: FileHandle, [bytes, offset, length, position]: readonly unknown[]): Promise<void> {
  await write.apply(file, [bytes, offset, Math.max(0, Number(length) - 3), position]);
}

function isJournal(file: FileHandle): boolean {
  return /hub-\d+\.journal$/.test(readlinkSync(`/proc/self/fd/${file.fd}`));
}

function die(): never {
  process.kill(process.pid, "SIGKILL");
  for (;;); // the signal comes at once; nothing else may
}

async function fileHandlePrototype(): Promise<Record<string, unknown>> {
  const handle = await open("/dev/null");
  await handle.close();
  return Object.getPrototypeOf(handle) as Record<string, unknown>;
}
