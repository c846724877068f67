import { spawn } from "node:child_process";

/** Ignores every wish to end, and has a child of its own: `ready` tells its pid. */
const grandchild = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
process.on("SIGTERM", () => undefined);
process.on("message", () => undefined);
process.send?.({ type: "listening", grandchild: grandchild.pid });
