/** `npm run demo`: starts Millrace, has a PDF summarised, or with `--batch` much more done with it, shows the result, stops. */
import { complainAboutNode } from "./node-version.ts";

const complaint = complainAboutNode(process.versions.node);
if (complaint) {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 1;
} else {
  const { runDemo } = await import("./run-demo.ts");
  process.exitCode = await runDemo(process.argv.slice(2));
}
