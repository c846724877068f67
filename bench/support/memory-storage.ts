import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { readAzuriteLine } from "../../local/emulators/storage/azurite-news.ts";
import { toConnectionString } from "../../local/emulators/storage/connection-string.ts";

export interface BenchStorage {
  readonly connectionString: string;
  stop(): Promise<void>;
}

/**
 * An Azurite of the bench's own, in memory, to be filled and thrown away. The one of `npm start` writes all it holds to
 * disk after every change, which would be most of the work once it holds much.
 */
export async function startMemoryStorage(): Promise<BenchStorage> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-bench-azurite-"));
  const main = createRequire(import.meta.url).resolve("azurite/dist/src/azurite.js");
  const flags = ["--blobPort=0", "--queuePort=0", "--tablePort=0", "--inMemoryPersistence", "--skipApiVersionCheck"];
  const { AZURITE_ACCOUNTS: _accounts, AZURITE_DB: _database, ...env } = process.env;
  const child = spawn(process.execPath, [main, ...flags, "--disableTelemetry", "--silent"], {
    env,
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const ports: Partial<Record<"blob" | "queue" | "table", number>> = {};
  for await (const line of createInterface(child.stdout)) {
    const news = readAzuriteLine(line);
    if (news?.kind === "listening") ports[news.service] = news.port;
    if (Object.keys(ports).length === 3) break;
  }
  const { blob, queue, table } = ports;
  if (!blob || !queue || !table) throw new Error("Cannot measure: Azurite ended before it listened");
  child.stdout.resume();
  return {
    connectionString: toConnectionString({ blob, queue, table }),
    async stop() {
      child.kill("SIGKILL"); // Nobody needs what it holds.
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
