import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Any base64 text serves as a key: Azurite only compares it. */
const KEY = Buffer.from("a key for tests that never leaves this machine").toString("base64");
const ACCOUNTS = 1000;

declare global {
  var stopTestStorage: (() => Promise<void>) | undefined;
}

/**
 * Starts one Azurite, in memory, for the whole run, with many accounts: each suite takes one of its own
 * (`takeStorageAccount()`), so that suites can use the product's fixed table and queue names side by side.
 */
export default async function globalSetup(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-tests-"));
  process.env["TMPDIR"] = folder; // whatever the suites and their children leave behind goes with it
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => `suite${index}`);
  const main = createRequire(import.meta.url).resolve("azurite/dist/src/azurite.js");
  const flags = ["--blobPort=0", "--queuePort=0", "--tablePort=0", "--inMemoryPersistence", "--skipApiVersionCheck"];
  const child = spawn(process.execPath, [main, ...flags, "--disableTelemetry", "--silent"], {
    env: { ...process.env, AZURITE_ACCOUNTS: accounts.map((name) => `${name}:${KEY}`).join(";") },
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.env["TEST_STORAGE"] = JSON.stringify({ folder, key: KEY, accounts, ports: await readPorts(child.stdout) });
  globalThis.stopTestStorage = async () => {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  };
}

/** Azurite says `Azurite Blob service is successfully listening at http://127.0.0.1:PORT` once for each service. */
async function readPorts(stdout: NodeJS.ReadableStream): Promise<Record<string, number>> {
  const ports: Record<string, number> = {};
  let text = "";
  return new Promise((resolve, reject) => {
    stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      for (const [, service, port] of text.matchAll(
        /(Blob|Queue|Table) service is successfully listening at \S+:(\d+)/g,
      ))
        ports[(service ?? "").toLowerCase()] = Number(port);
      if (Object.keys(ports).length === 3) resolve(ports);
    });
    stdout.on("end", () => {
      reject(new Error(`Azurite stopped before it listened: ${text}`));
    });
  });
}
