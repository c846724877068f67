/** `npm run start:func`: the emulators of `npm start` under Microsoft's own Functions host. */
import { complainAboutNode } from "./node-version.ts";

const complaint = complainAboutNode(process.versions.node);
if (complaint) {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 1;
} else {
  const { runStartFunc } = await import("./run-start-func.ts");
  process.exitCode = await runStartFunc(process.argv.slice(2));
}
