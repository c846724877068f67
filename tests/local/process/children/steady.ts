import { appendFileSync } from "node:fs";
import { serveParent } from "../../../../local/process/serve-parent.ts";

/** Listens until it is told to stop, and leaves a note when it does: `steady.js NOTE_FILE`. */
await serveParent(async () => {
  const alive = setInterval(() => undefined, 1_000);
  process.stdout.write("steady says hello\n");
  return {
    ready: { answer: 42 },
    stop: async () => {
      clearInterval(alive);
      if (process.argv[2]) appendFileSync(process.argv[2], "stopped in good order");
    },
  };
});
