import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TableClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterEach, describe, expect, it } from "@jest/globals";
import {
  startStorageEmulator,
  type StorageEmulator,
  type StorageEmulatorOptions,
} from "../../../../local/emulators/storage/start.ts";
import { waitUntilGone } from "../../process/wait-until.ts";

const running: StorageEmulator[] = [];

async function start(options: Partial<StorageEmulatorOptions> = {}): Promise<StorageEmulator> {
  const emulator = await startStorageEmulator({ folder: aFolder(), ports: "any", ...options });
  running.push(emulator);
  return emulator;
}

const aFolder = () => mkdtempSync(join(tmpdir(), "millrace-storage-"));

const table = (connectionString: string) =>
  TableClient.fromConnectionString(connectionString, "jobs", { allowInsecureConnection: true });

async function write(connectionString: string): Promise<void> {
  await table(connectionString).createTable();
  await table(connectionString).createEntity({ partitionKey: "p", rowKey: "r", text: "kept" });
  const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient("work");
  await queue.create();
  await queue.sendMessage("a message");
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient("files");
  await container.create();
  await container.getBlockBlobClient("a.txt").uploadData(Buffer.from("a blob"));
}

async function read(connectionString: string): Promise<unknown[]> {
  const { receivedMessageItems } = await QueueServiceClient.fromConnectionString(connectionString)
    .getQueueClient("work")
    .receiveMessages();
  const blob = BlobServiceClient.fromConnectionString(connectionString)
    .getContainerClient("files")
    .getBlobClient("a.txt");
  const { text } = await table(connectionString).getEntity<{ text: string }>("p", "r");
  return [text, receivedMessageItems[0]?.messageText, (await blob.downloadToBuffer()).toString()];
}

const WRITTEN = ["kept", "a message", "a blob"];

afterEach(async () => {
  await Promise.all(running.splice(0).map(async (emulator) => emulator.stop()));
});

describe("startStorageEmulator()", () => {
  it("serves tables, queues and blobs to the unmodified clients", async () => {
    const { connectionString } = await start();
    await write(connectionString);
    expect(await read(connectionString)).toEqual(WRITTEN);
  });

  it("keeps what was stored between a stop and the next start", async () => {
    const folder = aFolder();
    const first = await start({ folder });
    await write(first.connectionString);
    await first.stop();
    const second = await start({ folder });
    expect(await read(second.connectionString)).toEqual(WRITTEN);
  });

  it("forgets everything when it starts fresh", async () => {
    const folder = aFolder();
    const first = await start({ folder });
    await write(first.connectionString);
    await first.stop();
    const second = await start({ folder, fresh: true });
    await expect(read(second.connectionString)).rejects.toMatchObject({ statusCode: 404 });
  });

  it("stops with exit code 0, and soon, although clients keep their connections open", async () => {
    const emulator = await start();
    await write(emulator.connectionString);
    const startedAt = Date.now();
    await emulator.stop();
    expect(await emulator.exited).toMatchObject({ expected: true, cause: "exit code 0" });
    expect(Date.now() - startedAt).toBeLessThan(3_000);
  });

  it("refuses a folder that another emulator is using, and names its process", async () => {
    const folder = aFolder();
    const { pid } = await start({ folder });
    await expect(start({ folder })).rejects.toThrow(
      `Cannot start Storage emulator: Cannot use folder "${folder}": process ${pid} is using it`,
    );
  });

  it("takes other ports where the default ones are taken, and says so in the connection string", async () => {
    const squatter = createServer()
      .listen(10_001, "127.0.0.1")
      .on("error", () => undefined); // taken already: as good
    const emulator = await start({ ports: "prefer-default" });
    squatter.close();
    expect(emulator.ports.queue).not.toBe(10_001);
    expect(emulator.connectionString).toContain(`QueueEndpoint=http://127.0.0.1:${emulator.ports.queue}/`);
    await write(emulator.connectionString);
  });

  it("starts although another one starts at the same moment", async () => {
    const [one, other] = await Promise.all([start({ ports: "prefer-default" }), start({ ports: "prefer-default" })]);
    expect(one.connectionString).not.toBe(other.connectionString);
  });

  it("saves and ends by itself when its launcher is killed", async () => {
    const folder = aFolder();
    const launched = await launch(folder);
    await write(launched.connectionString);
    launched.kill();
    await waitUntilGone(launched.pid);
    const { connectionString } = await start({ folder });
    expect(await read(connectionString)).toEqual(WRITTEN);
  });

  it("has saved what is older than half a second when it is killed itself", async () => {
    const folder = aFolder();
    const launched = await launch(folder);
    await write(launched.connectionString);
    await writeUntilOlder(launched.connectionString, 500);
    process.kill(launched.pid, "SIGKILL");
    launched.kill();
    await waitUntilGone(launched.pid);
    const { connectionString } = await start({ folder });
    expect(await read(connectionString)).toEqual(WRITTEN);
  });
});

async function launch(folder: string): Promise<{ connectionString: string; pid: number; kill: () => void }> {
  const module = fileURLToPath(new URL("children/launcher.js", import.meta.url));
  const launcher = spawn(process.execPath, [module, folder]);
  const [line] = (await once(launcher.stdout, "data")) as [Buffer];
  const { connectionString, pid } = JSON.parse(line.toString()) as { connectionString: string; pid: number };
  return { connectionString, pid, kill: () => launcher.kill("SIGKILL") };
}

/** Keeps the emulator busy with other rows, so that only their age decides what is saved. */
async function writeUntilOlder(connectionString: string, ageMs: number): Promise<void> {
  const until = Date.now() + ageMs;
  for (let row = 0; Date.now() < until; row++)
    await table(connectionString).createEntity({ partitionKey: "busy", rowKey: String(row) });
}
