import { startStorageEmulator } from "../../../../../local/emulators/storage/start.ts";

/** Starts the storage emulator, says how to reach it, and then does nothing, so that a test can kill it. */
const { connectionString, pid } = await startStorageEmulator({ folder: process.argv[2] ?? "", ports: "any" });
process.stdout.write(`${JSON.stringify({ connectionString, pid })}\n`);
