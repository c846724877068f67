/**
 * The storage process: Azurite's own command line, run inside a process of ours that claims the data folder, saves more
 * often, and ends when its parent does. Azurite itself handles SIGTERM: it closes its services, which saves everything.
 */
import { createRequire } from "node:module";
import { format } from "node:util";
import { hasLostParent } from "../../process/serve-parent.ts";
import { saveSoon } from "./autosave.ts";
import { readAzuriteLine, type AzuriteNews } from "./azurite-news.ts";
import { CLOSE_TIMEOUT_MS } from "./limits.ts";
import { storageSettings, type StorageSettings } from "./schemas.ts";
import { openDataFolder } from "./state.ts";

const ports: Partial<Record<string, number>> = {};
const closed = new Set<string>();

try {
  await main(storageSettings.parse(JSON.parse(process.argv[2] ?? "{}")));
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

async function main(settings: StorageSettings): Promise<void> {
  process.on("disconnect", leave);
  if (hasLostParent()) leave();
  const lock = await openDataFolder(settings);
  process.on("exit", () => {
    lock.release();
  });
  process.argv = [process.execPath, "azurite", ...toFlags(settings)];
  delete process.env["AZURITE_ACCOUNTS"]; // would replace the account that our connection string names
  delete process.env["AZURITE_DB"]; // would keep the data in another database than the folder's
  console.log = (line: unknown) => {
    follow(readAzuriteLine(String(line)));
  };
  console.error = (...words: unknown[]) => {
    const line = format(...words);
    process.stderr.write(`${line}\n`);
    follow(readAzuriteLine(line));
  };
  saveSoon();
  createRequire(import.meta.url)("azurite/dist/src/azurite.js");
}

function toFlags({ folder, ports: { blob, queue, table } }: StorageSettings): string[] {
  return [
    `--location=${folder}`,
    `--blobPort=${blob}`,
    `--queuePort=${queue}`,
    `--tablePort=${table}`,
    "--silent",
    "--disableTelemetry", // Azurite reports to its makers by default
    "--skipApiVersionCheck", // newer storage clients name API versions that Azurite does not know yet, and work
  ];
}

function follow(news: AzuriteNews | undefined): void {
  if (!news) return;
  switch (news.kind) {
    case "listening":
      ports[news.service] = news.port;
      if (Object.keys(ports).length === 3) announce();
      break;
    case "closing":
      setTimeout(() => process.exit(1), CLOSE_TIMEOUT_MS).unref();
      break;
    case "closed":
      closed.add(news.service);
      if (closed.size === 3) process.exit(0);
      break;
    case "failed":
      fail(news.reason);
      break;
  }
}

/** Azurite listens a moment before it handles signals; only then may the parent know of it, and send one. */
function announce(): void {
  if (process.listenerCount("SIGTERM") === 0) setImmediate(announce);
  else process.send?.({ type: "listening", ports });
}

/** Without a parent nobody needs the data any more; `shutdown` is Azurite's own word for SIGTERM, on every system. */
function leave(): void {
  if (process.listenerCount("SIGTERM") === 0) process.exit(0);
  process.emit("message", "shutdown", undefined);
}

function fail(reason: string): void {
  if (process.connected) process.send?.({ type: "failed", reason }, () => process.exit(1));
  else process.exit(1);
}
