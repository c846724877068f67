/** `npm start`: the whole of Millrace on this machine. Nothing is loaded before Node has been found new enough to load it. */
import { complainAboutNode } from "./node-version.ts";

const complaint = complainAboutNode(process.versions.node);
if (complaint) {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 1;
} else {
  const { runStart } = await import("./run-start.ts");
  process.exitCode = await runStart(process.argv.slice(2));
}
