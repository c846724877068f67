import { startChild } from "../../../../local/process/start-child.ts";

/** Starts a steady child, says its pid, and then does nothing, so that a test can kill it: `launcher.js NOTE_FILE`. */
const child = await startChild({
  name: "Steady",
  module: new URL("steady.js", import.meta.url),
  args: [process.argv[2] ?? ""],
});
process.stdout.write(`${child.pid}\n`);
