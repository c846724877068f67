import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { LOCK_FILE, lockFolder } from "../../../local/process/folder-lock.ts";
import { identifyProcess } from "../../../local/process/process-identity.ts";

const aFolder = () => mkdtempSync(join(tmpdir(), "millrace-lock-"));

describe("lockFolder()", () => {
  it("refuses a folder that a live process holds, and names the process", () => {
    const folder = aFolder();
    lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(
      `Cannot use folder "${folder}": process ${process.pid} is using it. Stop that process, or choose another folder`,
    );
  });

  it("makes a folder that does not exist", () => {
    const folder = join(aFolder(), "new", "folder");
    lockFolder(folder);
    expect(existsSync(folder)).toBe(true);
  });

  it("gives the folder free again, and leaves nothing in it", () => {
    const folder = aFolder();
    lockFolder(folder).release();
    expect(readdirSync(folder)).toEqual([]);
    expect(() => lockFolder(folder)).not.toThrow();
  });

  it("takes over the lock of a process that is gone", () => {
    const folder = aFolder();
    const { pid } = spawnSync(process.execPath, ["--version"]);
    writeFileSync(join(folder, LOCK_FILE), JSON.stringify({ pid }));
    const lock = lockFolder(folder);
    expect(readdirSync(folder)).toEqual([LOCK_FILE]);
    lock.release();
  });

  it("takes over the lock of a process whose pid another process has now", () => {
    const folder = aFolder();
    writeFileSync(join(folder, LOCK_FILE), JSON.stringify({ pid: process.pid, startedAt: "1" }));
    expect(() => lockFolder(folder)).not.toThrow();
  });

  it("takes over a lock that nobody can read", () => {
    const folder = aFolder();
    writeFileSync(join(folder, LOCK_FILE), "{half a lo");
    expect(() => lockFolder(folder)).not.toThrow();
  });

  it("respects the lock of another live process", () => {
    const folder = aFolder();
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    writeFileSync(join(folder, LOCK_FILE), JSON.stringify(identifyProcess(other.pid ?? 0)));
    expect(() => lockFolder(folder)).toThrow(`process ${other.pid} is using it`);
    other.kill("SIGKILL");
  });

  it("does not release what somebody else holds by now", () => {
    const folder = aFolder();
    const lock = lockFolder(folder);
    writeFileSync(join(folder, LOCK_FILE), JSON.stringify({ pid: 1 }));
    lock.release();
    expect(existsSync(join(folder, LOCK_FILE))).toBe(true);
  });
});
